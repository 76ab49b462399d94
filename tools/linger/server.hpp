#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/api/metrics.hpp"
#include "http/api/router.hpp"
#include "http/connection/connection.hpp"
#include "http/connection/shutdown.hpp"
#include "http/net/listener.hpp"
#include "http/net/local_listener.hpp"
#include "tools/linger/admin/admin_endpoint.hpp"
#include "tools/linger/node.hpp"
#include "tools/linger/options.hpp"

namespace lingerd {

// Where a folder's server listens for commands.
std::filesystem::path admin_socket(const std::filesystem::path& folder);

// The board with its doors open: listeners, connections, the way down.
class server {
 public:
  // Throws std::runtime_error with a sentence for a person.
  server(node& on, const serve_options& options);

  std::vector<std::string> urls() const;
  // Runs until SIGTERM or SIGINT; held requests are answered, what is under way is finished.
  void run();

 private:
  void take(connections& host, endpoint& serves, stream_ptr stream);
  void go_down();

  node& board_;
  router router_;
  metrics metrics_;
  admin_endpoint control_;
  const limits control_bounds_;
  connections host_;
  connections control_host_;
  std::vector<std::unique_ptr<listener>> listeners_;
  std::unique_ptr<listener> metrics_listener_;
  std::unique_ptr<local_listener> control_listener_;
  std::size_t room_;
  shutdown shutdown_;
  nursery connections_;  // last: they go first
};

// Opens the folder and serves it until told to stop. `ready` is called with the addresses once
// requests are answered.
int serve_folder(const serve_options& options, const std::function<void(node&)>& before,
                 const std::function<void(const std::vector<std::string>&)>& ready);

}  // namespace lingerd
