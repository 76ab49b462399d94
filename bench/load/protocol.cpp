#include "bench/load/protocol.hpp"

#include <stdexcept>

namespace load {

void protocol::append_stream(std::string&, std::size_t, bool) {
  throw std::runtime_error("streams are implemented for --server linger only");
}

std::unique_ptr<protocol> make_protocol(const options& opts) {
  if (opts.server == "linger") return make_linger_protocol(opts);
  if (opts.server == "nchan") return make_nchan_protocol(opts);
  if (opts.server == "plain") return make_plain_protocol(opts);
  throw std::runtime_error("unknown server: " + opts.server);
}

}  // namespace load
