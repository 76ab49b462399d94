#pragma once

#include <cstddef>

#include "core/base/entropy.hpp"
#include "core/chat/chat.hpp"
#include "core/loop/task.hpp"
#include "core/loop/worker.hpp"
#include "http/api/app_context.hpp"
#include "http/api/authenticator.hpp"
#include "http/api/metrics.hpp"
#include "http/api/page.hpp"
#include "http/api/passwords.hpp"
#include "http/api/rate_limits.hpp"
#include "http/api/router.hpp"
#include "http/api/same_origin.hpp"
#include "http/connection/connection.hpp"
#include "http/net/byte_stream.hpp"

namespace lingerd {

// The HTTP side of a chat server: everything between accepted byte streams and a chat. The program,
// the virtual world, the tests and the micro-benchmarks compose it alike, each on its own loop,
// chat and worker. It opens no socket and starts no thread: the owner accepts streams, and begins
// the shutdown. On the chat's loop only.
//
// The chat stays outside: it is loaded before anything is served, and its owner, which has the
// store and the threads, also uses it without HTTP.
//
// Order of destruction: the coroutines of the connections first, by end_connections() or with this
// object; then the threads stop; then the rest of this object goes, then the chat, then its store.
// Virtual workers need no stop.
class server {
 public:
  // `chat`, `entropy`, `hashing_thread` and `hashing` outlive it. REQUIRES: the worker runs no job
  // any more when the object is destroyed. Takes 16 bytes of entropy.
  server(lingerd::chat& chat, entropy& entropy, worker& hashing_thread, app_options options = {},
         const password_hashing& hashing = argon2id());
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  // Serves a connection until it ends: the API, the page and the streams.
  void serve(stream_ptr stream);
  // The same with GET /metrics alone.
  void serve_metrics(stream_ptr stream);

  // What the API's functions use; also for commands that do not come over HTTP.
  app_context& context() { return context_; }
  const app_context& context() const { return context_; }
  // What the connections share: close_all() for a shutdown, and what the checks look at.
  lingerd::connections& connections() { return connections_; }
  // The API without a connection.
  endpoint& router() { return router_; }

  // Coroutines of connections that have not ended.
  std::size_t coroutines() const { return roots_.size(); }
  // Destroys the coroutines of all connections, which closes them.
  void end_connections() { roots_.clear(); }

 private:
  // In the order of building; what is below uses what is above.
  lingerd::authenticator authenticator_;
  lingerd::same_origin same_origin_;
  lingerd::rate_limits rate_limits_;
  lingerd::passwords passwords_;
  lingerd::page page_;
  app_context context_;
  lingerd::router router_;
  metrics metrics_;
  lingerd::connections connections_;
  nursery roots_;  // last: its frames refer to all of the above
};

}  // namespace lingerd
