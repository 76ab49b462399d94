#include "http/connection/shutdown.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr auto grace = 5s;             // for requests and writes under way
constexpr auto check_interval = 10ms;  // between two looks at what is still open

}  // namespace

shutdown::shutdown(lingerd::chat& chat, std::vector<connections*> connection_sets,
                   std::function<void()> on_done)
    : chat_(chat),
      connection_sets_(std::move(connection_sets)),
      on_done_(std::move(on_done)),
      check_timer_(*this) {}

void shutdown::begin() {
  start_ = chat_.loop().now();
  for (connections* set : connection_sets_) set->close_all();
  check_timer_.cancel();
  chat_.loop().set_timer(check_timer_, start_);
}

void shutdown::check() {
  const instant now = chat_.loop().now();
  chat_.flush_reads();
  const bool all_gone = std::all_of(connection_sets_.begin(), connection_sets_.end(),
                                    [](const connections* set) { return set->open.empty(); });
  if (now - start_ > grace || (all_gone && chat_.pending() == 0)) return on_done_();
  chat_.loop().set_timer(check_timer_, now + check_interval);
}

}  // namespace lingerd
