#include "sim/load/schedule.hpp"

#include <cmath>
#include <map>

#include "sim/client/seeded_entropy.hpp"

namespace lingerd::sim {

std::vector<planned_message> make_schedule(std::uint64_t seed, std::span<const audience> audiences,
                                           std::chrono::nanoseconds duration, double rate_per_s) {
  std::vector<planned_message> all;
  if (audiences.empty() || duration.count() <= 0) return all;
  // The number of messages is the only value taken from the fractional rate.
  const double messages = rate_per_s * std::chrono::duration<double>(duration).count();
  const auto count = static_cast<std::uint64_t>(std::llround(messages));
  if (count == 0) return all;
  const auto total = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t part = total / count;
  const std::uint64_t rest = total % count;
  seeded_entropy entropy(seed);
  all.reserve(count);
  std::uint64_t begin = 0;
  std::uint64_t owed = 0;  // remaining nanoseconds, in units of 1/count
  for (std::uint64_t i = 0; i < count; ++i) {
    planned_message m;
    m.due = std::chrono::nanoseconds(begin + (part > 0 ? entropy.below(part) : 0));
    m.audience = static_cast<std::uint32_t>(entropy.below(audiences.size()));
    const audience& r = audiences[m.audience];
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

std::uint64_t count_read_marks(std::span<const planned_message> plan,
                               std::span<const audience> audiences) {
  struct conversation {
    std::uint64_t sent = 0;
    std::map<std::uint32_t, std::uint64_t> read;  // for each sender: messages up to its last one
  };
  std::vector<conversation> conversations(audiences.size());
  std::uint64_t marks = 0;
  for (const planned_message& m : plan) {
    conversation& t = conversations[m.audience];
    std::uint64_t& read = t.read[m.sender];
    if (t.sent > read) marks += audiences[m.audience].is_group ? 1 : 2;
    read = ++t.sent;
  }
  return marks;
}

}  // namespace lingerd::sim
