#pragma once

#include <chrono>

#include "core/base/time.hpp"

namespace lingerd {

// A condition that lasts and shows itself often, such as a full disk: logged when it begins and
// when it has ended, not each time that it shows. A member of what meets it; on one thread. It does
// not log: the owner does, when show() or pass() returns true.
//
// A condition that comes and goes (small messages fit, large ones do not) is one condition: it ends
// when it has not shown for `quiet`.
class log_state {
 public:
  static constexpr std::chrono::seconds quiet{5};

  // The condition shows. True if it begins.
  bool show(instant now) {
    last_shown_ = now;
    const bool begins = !is_under_way_;
    is_under_way_ = true;
    return begins;
  }
  // The operation succeeded this time. True if the condition has ended.
  bool pass(instant now) {
    if (!is_under_way_ || now < end()) return false;
    is_under_way_ = false;
    return true;
  }
  bool is_under_way() const { return is_under_way_; }
  // When it ends if it does not show again. REQUIRES: it is under way.
  instant end() const { return last_shown_ + quiet; }

 private:
  instant last_shown_{};
  bool is_under_way_ = false;
};

}  // namespace lingerd
