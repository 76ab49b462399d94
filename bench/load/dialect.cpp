#include "bench/load/dialect.hpp"

#include <stdexcept>

namespace load {

void dialect::stream(std::string&, std::size_t, bool) {
  throw std::runtime_error("only linger's streams are known");
}

std::unique_ptr<dialect> make_dialect(const settings& s) {
  if (s.server == "linger") return make_linger_dialect(s);
  if (s.server == "nchan") return make_nchan_dialect(s);
  if (s.server == "plain") return make_plain_dialect(s);
  throw std::runtime_error("no server is called " + s.server);
}

}  // namespace load
