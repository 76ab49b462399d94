#include "sim/load/process_target.hpp"

#include <utility>

#include "http/net/system_entropy.hpp"

namespace lingerd::sim {

real_stage::real_stage(const std::string& url, std::vector<account> people, server_process* own)
    : url_(url), people_(std::move(people)), own_(own), dial_(loop_, address_of(url), counted_) {}

std::uint64_t real_stage::salt() { return system_entropy().number(); }

// While Asio can still give its operations back.
void real_stage::clear() {
  loop_.context().restart();
  loop_.context().poll();
}

}  // namespace lingerd::sim
