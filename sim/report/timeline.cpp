#include "sim/report/timeline.hpp"

#include <algorithm>

namespace lingerd::sim {

using namespace std::chrono_literals;

void timeline::begin(instant now) {
  *this = {};
  begin_ = now;
  has_begun_ = true;
}

second& timeline::current(instant now) {
  while (has_begun_ && now - begin_ >= 1s * (all_.size() + 1)) close_second();
  return current_;
}

void timeline::close_second() {
  const auto quantile = [this](std::size_t part) {
    if (latencies_us_.empty()) return std::uint64_t{0};
    const auto place = latencies_us_.begin() +
                       static_cast<std::ptrdiff_t>((latencies_us_.size() - 1) * part / 100);
    std::nth_element(latencies_us_.begin(), place, latencies_us_.end());
    return *place;
  };
  current_.t_s = static_cast<double>(all_.size());
  current_.deliver_p50_us = quantile(50);
  current_.deliver_p99_us = quantile(99);
  latencies_us_.clear();
  all_.push_back(current_);
  last_ = current_;
  current_ = {};
}

std::vector<second> timeline::take(instant now) {
  if (!has_begun_) return {};
  const second& last_second = current(now);
  if (last_second.attempted + last_second.acknowledged + last_second.delivered +
          last_second.errors >
      0)
    close_second();
  return std::move(all_);
}

}  // namespace lingerd::sim
