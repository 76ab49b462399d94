#include "http/connection/shutdown.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "core/base/log.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr auto grace = 5s;             // for requests under way, after the last change is stored
constexpr auto say_after = 1s;         // that the disk is waited for
constexpr auto check_interval = 10ms;  // between two looks at what is still open

}  // namespace

shutdown::shutdown(lingerd::chat& chat, std::vector<connections*> connection_sets,
                   std::function<void()> on_done)
    : chat_(chat),
      connection_sets_(std::move(connection_sets)),
      on_done_(std::move(on_done)),
      check_timer_(*this) {}

void shutdown::begin() {
  start_ = last_pending_ = chat_.loop().now();
  for (connections* set : connection_sets_) set->close_all();
  check_timer_.cancel();
  chat_.loop().set_timer(check_timer_, start_);
}

void shutdown::check() {
  const instant now = chat_.loop().now();
  // Not for ever: on a full disk the marks come back, and would keep the end waiting.
  if (now - start_ <= grace) chat_.flush_reads();
  const bool all_gone = std::all_of(connection_sets_.begin(), connection_sets_.end(),
                                    [](const connections* set) { return set->open.empty(); });
  const std::size_t pending = chat_.pending();
  if (pending > 0) {
    last_pending_ = now;
    if (!is_waiting_told_ && now - start_ >= say_after) {
      is_waiting_told_ = true;
      log::info("waiting for " + std::to_string(pending) + (pending == 1 ? " change" : " changes") +
                " to be stored");
    }
  } else if (all_gone || now - last_pending_ > grace) {
    if (is_waiting_told_) log::info("all changes are stored");
    return on_done_();
  }
  chat_.loop().set_timer(check_timer_, now + check_interval);
}

}  // namespace lingerd
