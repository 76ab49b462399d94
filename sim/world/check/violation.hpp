#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/loop/clock.hpp"

namespace lingerd::sim {

// What a world's server owes: DESIGN's promise and what stands beside it. A world that breaks one
// has failed.
enum class clause : std::uint8_t {
  kept,        // what was acknowledged is on disk, after any crash
  once,        // a message that was tried is there once at most, whatever was repeated
  honest,      // nothing that nobody sent, nothing that differs from what was sent
  allowed,     // only who may writes; who may is not refused
  order,       // ids rise along every stream, within what was asked for
  gapless,     // nothing is missing of what a reader may see
  private_,    // nobody hears what is not for him
  signed_in,   // a session that has ended hears nothing more
  timestamps,  // never back
  unread,      // the counts are right
  history,     // what is shown of the past is the past
  converged,   // after the faults, in time, everybody knows everything that is his
  awake,       // nobody sleeps over news
  bounded,     // memory within limits
  tidy,        // nothing is left behind at the end
  restart,     // what is on disk can be opened
  alive,       // the world itself did not break down
};
std::string_view name_of(clause c);

struct violation {
  clause broken = clause::alive;
  std::string what;  // in words
  instant at{};
};

// Where violations go: the first one counts.
class verdict_box {
 public:
  void broken(clause c, std::string what, instant at) {
    if (!first_) first_ = violation{c, std::move(what), at};
  }
  bool is_clean() const { return !first_; }
  const std::optional<violation>& first() const { return first_; }

 private:
  std::optional<violation> first_;
};

}  // namespace lingerd::sim
