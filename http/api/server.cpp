#include "http/api/server.hpp"

#include <utility>

namespace lingerd {

server::server(lingerd::chat& chat, entropy& entropy, worker& hashing_thread, app_options options,
               const password_hashing& hashing)
    : authenticator_(chat, entropy),
      same_origin_(options.public_url),
      rate_limits_(chat.loop(), chat.bounds()),
      passwords_(chat.loop(), hashing_thread, chat.bounds(), hashing),
      page_(options.page_folder),
      context_{chat,         authenticator_,     same_origin_,
               rate_limits_, passwords_,         entropy,
               page_,        std::move(options), {}},
      router_(context_),
      metrics_(context_),
      connections_(chat.loop(), context_.counters, chat.bounds()) {}

void server::serve(stream_ptr stream) {
  lingerd::serve(roots_, connections_, router_, std::move(stream));
}

void server::serve_metrics(stream_ptr stream) {
  lingerd::serve(roots_, connections_, metrics_, std::move(stream));
}

}  // namespace lingerd
