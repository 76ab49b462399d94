#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace lingerd::sim {

// The members of a conversation: two friends or a group. Clients are numbered from 0 within the
// run.
struct audience {
  bool is_group = false;
  std::uint32_t group = 0;             // id of the group; 0 for friends
  std::vector<std::uint32_t> members;  // clients in ascending order; two for friends
};

struct planned_message {
  std::chrono::nanoseconds due{};  // since the start of the steady phase
  std::uint32_t sender = 0;
  std::uint32_t audience = 0;
};

// Plans rate × duration messages in ascending time. The time is divided into equal parts, one for
// each message, which is due at a random time within its part; audience and sender are drawn
// evenly. Whole numbers only: the same seed and audiences give the same schedule on every machine.
// Empty if there is no audience.
std::vector<planned_message> make_schedule(std::uint64_t seed, std::span<const audience> audiences,
                                           std::chrono::nanoseconds duration, double rate_per_s);

// Counts the read marks that clients receive along with the messages: sending marks all earlier
// messages as read. Both friends receive the mark; in a group only the sender does.
std::uint64_t count_read_marks(std::span<const planned_message> plan,
                               std::span<const audience> audiences);

}  // namespace lingerd::sim
