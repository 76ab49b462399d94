#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/connection/connection.hpp"
#include "http/connection/shutdown.hpp"
#include "http/net/listener.hpp"
#include "http/net/local_listener.hpp"
#include "tools/linger/admin/admin_endpoint.hpp"
#include "tools/linger/node.hpp"
#include "tools/linger/options.hpp"
#include "tools/linger/stop_signals.hpp"

namespace lingerd {

// The socket on which a folder's server takes administration commands.
std::filesystem::path admin_socket(const std::filesystem::path& folder);

// A node that is served: the listeners, the admin socket, the signals and the shutdown. On the
// node's loop. It listens as soon as it exists, and accepts once run() is called.
class daemon {
 public:
  // The node outlives it. Throws std::runtime_error with a sentence for the user where an address
  // cannot be listened on.
  daemon(node& node, const serve_options& options);

  std::vector<std::string> urls() const;
  // Runs until SIGTERM, SIGINT or SIGHUP, one that waits since before included: then held requests
  // are answered at once, those under way finished, and what waits for the disk is stored. A second
  // signal ends it at once; with changes that are not stored yet it ends the process (exit code 1).
  void run();

 private:
  void begin_shutdown();

  node& node_;
  stop_signals signals_;  // first: before anything is listened on
  admin_endpoint admin_;
  const limits admin_bounds_;
  connections admin_connections_;
  const std::size_t connections_max_;
  std::vector<std::unique_ptr<listener>> listeners_;
  std::unique_ptr<listener> metrics_listener_;
  std::unique_ptr<local_listener> admin_listener_;
  shutdown shutdown_;
  nursery admin_roots_;  // last: its frames refer to all of the above
};

// Opens the folder and serves it until a signal ends it. `prepare`, which may be null, works on the
// node before anything listens; `on_ready` is called with the addresses. Throws std::runtime_error
// with a sentence for the user. Returns the exit code.
int serve_folder(const serve_options& options, const std::function<void(node&)>& prepare,
                 const std::function<void(const std::vector<std::string>&)>& on_ready);

}  // namespace lingerd
