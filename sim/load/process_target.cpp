#include "sim/load/process_target.hpp"

#include <utility>

#include "http/net/system_entropy.hpp"

namespace lingerd::sim {

process_target::process_target(const std::string& url, std::vector<account> accounts,
                               server_process* own)
    : url_(url),
      accounts_(std::move(accounts)),
      own_(own),
      connector_(loop_, address_of(url), counted_) {}

std::uint64_t process_target::salt() { return system_entropy().number(); }

// Lets Asio release its pending operations while the loop still exists.
void process_target::clear() {
  loop_.context().restart();
  loop_.context().poll();
}

}  // namespace lingerd::sim
