#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace lingerd::sim {

// Where messages go: two friends, or a group. Clients are counted from 0 within the run.
struct room {
  bool is_group = false;
  std::uint32_t party = 0;             // the group's number; of friends 0
  std::vector<std::uint32_t> members;  // clients, ascending; of friends exactly two
};

struct planned_message {
  std::chrono::nanoseconds at{};  // since the steady phase began
  std::uint32_t sender = 0;
  std::uint32_t room = 0;
};

// Who sends what to whom at which nanosecond: rate × duration messages in ascending time. The time
// is cut into as many equal parts, and each message falls somewhere into its own; room and sender
// are drawn evenly. The same seed and rooms give the same schedule on every machine: whole numbers
// alone. Empty where there is nobody to write to.
std::vector<planned_message> make_schedule(std::uint64_t seed, std::span<const room> rooms,
                                           std::chrono::nanoseconds duration, double rate_per_s);

// Who sends has read what came before: how often clients hear so, beside the messages. Both of two
// friends hear it; of a group's member he alone.
std::uint64_t read_marks_heard(std::span<const planned_message> plan, std::span<const room> rooms);

}  // namespace lingerd::sim
