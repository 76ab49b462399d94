#include "sim/load/schedule.hpp"

#include <cmath>
#include <map>

#include "sim/client/seeded_entropy.hpp"

namespace lingerd::sim {

std::vector<planned_message> make_schedule(std::uint64_t seed, std::span<const audience> audiences,
                                           std::chrono::nanoseconds duration, double rate_per_s) {
  std::vector<planned_message> all;
  if (audiences.empty() || duration.count() <= 0) return all;
  // The only place where the rate is not a whole number: how many there are.
  const double wished = rate_per_s * std::chrono::duration<double>(duration).count();
  const auto count = static_cast<std::uint64_t>(std::llround(wished));
  if (count == 0) return all;
  const auto whole = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t part = whole / count;
  const std::uint64_t rest = whole % count;
  seeded_entropy entropy(seed);
  all.reserve(count);
  std::uint64_t begin = 0;
  std::uint64_t owed = 0;  // nanoseconds of the rest, in parts of `count`
  for (std::uint64_t i = 0; i < count; ++i) {
    planned_message m;
    m.at = std::chrono::nanoseconds(begin + (part > 0 ? entropy.below(part) : 0));
    m.room = static_cast<std::uint32_t>(entropy.below(audiences.size()));
    const audience& r = audiences[m.room];
    m.sender = r.members[entropy.below(r.members.size())];
    all.push_back(m);
    begin += part;
    owed += rest;
    if (owed >= count) {
      owed -= count;
      ++begin;
    }
  }
  return all;
}

std::uint64_t read_marks_heard(std::span<const planned_message> plan,
                               std::span<const audience> audiences) {
  struct talk {
    std::uint64_t messages = 0;
    std::map<std::uint32_t, std::uint64_t> seen;  // by each who has sent: messages, up to his last
  };
  std::vector<talk> talks(audiences.size());
  std::uint64_t heard = 0;
  for (const planned_message& m : plan) {
    talk& t = talks[m.room];
    std::uint64_t& seen = t.seen[m.sender];
    if (t.messages > seen) heard += audiences[m.room].is_group ? 1 : 2;
    seen = ++t.messages;
  }
  return heard;
}

}  // namespace lingerd::sim
