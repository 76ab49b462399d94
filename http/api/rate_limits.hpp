#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <string>

#include "core/base/ids.hpp"
#include "core/base/limits.hpp"
#include "core/loop/loop.hpp"

namespace lingerd {

// Counts events per key within a window, for a bounded number of keys: the key seen longest ago
// makes room. A window begins with its first event.
class attempts {
 public:
  // At most `count_max` events per key within `window`; at most `keys_max` keys.
  attempts(unsigned count_max, std::chrono::nanoseconds window, std::size_t keys_max)
      : count_max_(count_max), window_(window), keys_max_(keys_max) {}
  // Zero if another is allowed, else how long until it is, rounded up.
  std::chrono::seconds wait_for(const std::string& key, instant now) const;
  void count(const std::string& key, instant now);
  // Undoes one count(); a key without counts stays as it is.
  void take_back(const std::string& key);
  void forget(const std::string& key) { counts_.erase(key); }
  std::size_t size() const { return counts_.size(); }

 private:
  struct tally {
    unsigned n = 0;
    instant start{};  // of the window
    instant last{};
  };
  const unsigned count_max_;
  const std::chrono::nanoseconds window_;
  const std::size_t keys_max_;
  std::map<std::string, tally> counts_;
};

// How often a client may try to sign in, and a user send or change something. One for each server,
// on its loop; in memory only: a restart forgets it. The numbers are those of the limits.
class rate_limits {
 public:
  // Both outlive it.
  rate_limits(loop& loop, const limits& bounds);

  // Sign-ins that failed are counted by name and by address (of IPv6 the network, 64 bits). Zero if
  // another may be tried, else how long until it may. `name` is folded.
  std::chrono::seconds sign_in_wait(const std::string& name, const std::string& peer) const;
  // A sign-in counts as failed from its beginning: many at once are no way around the limit.
  void begin_sign_in(const std::string& name, const std::string& peer);
  // It succeeded: the name starts anew, the address gets this one back.
  void confirm_sign_in(const std::string& name, const std::string& peer);
  // Its outcome will not be known: name and address get this one back.
  void cancel_sign_in(const std::string& name, const std::string& peer);

  // Takes one message out of the user's allowance; else how long until there is one. A refusal
  // takes nothing.
  std::chrono::seconds take_message(user_id user);
  // The same for one change to friends, groups or the account.
  std::chrono::seconds take_change(user_id user);

  // For the simulator's bounds checker: how many names, addresses and allowances are remembered.
  std::size_t names() const { return by_name_.size(); }
  std::size_t addresses() const { return by_address_.size(); }
  std::size_t allowances_size() const { return std::max(messages_.size(), changes_.size()); }

 private:
  struct allowance {
    double left = -1;  // not yet used
    instant updated{};
  };
  using allowances = std::deque<allowance>;  // by user
  std::chrono::seconds take(allowances& all, user_id user, double burst, double per_second);

  loop& loop_;
  const limits& bounds_;
  attempts by_name_;
  attempts by_address_;
  allowances messages_;
  allowances changes_;
};

}  // namespace lingerd
