#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/loop/clock.hpp"

namespace lingerd::sim {

// What the server of a world promises. A world in which one is broken has failed.
enum class invariant : std::uint8_t {
  kept,        // acknowledged data is on disk, after any crash
  once,        // a message that was tried is stored at most once, however often it is repeated
  honest,      // everything delivered was sent, and is delivered as it was sent
  allowed,     // only permitted users write; permitted requests are not refused
  order,       // ids rise along every stream, within the requested range
  gapless,     // no message that a reader may see is missing
  private_,    // a reader receives only what it may see
  signed_in,   // an ended session receives nothing more
  timestamps,  // timestamps never run back
  unread,      // unread counts are right
  history,     // pages of history are right
  converged,   // after the faults every client learns everything in time
  awake,       // no held stream sleeps while there is news for it
  bounded,     // memory stays within its limits
  tidy,        // nothing is left behind at the end
  restart,     // what is on disk can be opened
  alive,       // the world itself did not break down
};
std::string_view name_of(invariant i);

struct violation {
  sim::invariant invariant = sim::invariant::alive;
  std::string message;
  instant time{};  // virtual
};

// Keeps the first violation that is recorded, and ignores the others, which may follow from it.
class first_violation {
 public:
  void record(invariant i, std::string message, instant time) {
    if (!violation_) violation_ = violation{i, std::move(message), time};
  }
  bool is_clean() const { return !violation_; }
  const std::optional<violation>& get() const { return violation_; }

 private:
  std::optional<violation> violation_;
};

}  // namespace lingerd::sim
