#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "core/base/entropy.hpp"
#include "core/chat/chat.hpp"
#include "http/protocol/request.hpp"
#include "http/streams/caller.hpp"

namespace lingerd {

// The hash under which a token is kept; none if it has not the length of one.
std::optional<token_hash> hash_of_token(std::string_view token);
// 32 random bytes as 43 characters that need no escape anywhere.
std::string make_token(entropy& entropy);

// Counts events per key within a window, for a bounded number of keys: the one seen longest ago
// makes room.
class attempts {
 public:
  attempts(unsigned most, std::chrono::nanoseconds window, std::size_t keys)
      : most_(most), window_(window), keys_(keys) {}
  // Zero if allowed, else how long until it is.
  std::chrono::seconds wait_for(const std::string& key, instant now) const;
  void count(const std::string& key, instant now);
  void take_back(const std::string& key);
  void forget(const std::string& key) { counts_.erase(key); }
  std::size_t size() const { return counts_.size(); }

 private:
  struct tally {
    unsigned n = 0;
    instant since{};
    instant seen{};
  };
  const unsigned most_;
  const std::chrono::nanoseconds window_;
  const std::size_t keys_;
  std::map<std::string, tally> counts_;
};

// Who are you, where do you come from, how often: asked before anything is done for a request.
class guard {
 public:
  guard(chat& talk, std::string public_url, entropy& entropy);

  // The session that signs the request, if any. A session unused for too long is ended; its use is
  // written down once a day.
  std::optional<caller> caller_of(const http_request& r);

  // The same-origin rule, for a request that changes something.
  result<void> check_origin(const http_request& r, const caller& who) const;
  // For a stream that a page of another site might open with the user's cookie.
  result<void> check_stream_origin(const http_request& r, const caller& who) const;
  // The same for the tutorial's form.
  result<void> check_form_origin(const http_request& r, const caller& who) const;

  // Sign-ins that failed, by name and by address (of IPv6 the network, 64 bits): zero if another
  // may be tried.
  std::chrono::seconds sign_in_wait(const std::string& folded_name, const std::string& peer);
  // Each counts as failed when it begins, and is taken back when it turns out well or untold.
  void sign_in_failed(const std::string& folded_name, const std::string& peer);
  void sign_in_succeeded(const std::string& folded_name, const std::string& peer);
  void sign_in_unknown(const std::string& folded_name, const std::string& peer);

  // Takes one message out of the user's allowance; else how long until there is one.
  std::chrono::seconds take_send(user_id who);
  // The same for one change to friends, groups or the account.
  std::chrono::seconds take_change(user_id who);

  // For those who look whether a server keeps its word: how many names, addresses and allowances it
  // remembers.
  std::size_t names() const { return by_name_.size(); }
  std::size_t addresses() const { return by_address_.size(); }
  std::size_t allowances_kept() const { return std::max(sends_.size(), changes_.size()); }

 private:
  struct allowance {
    double left = -1;  // not yet used
    instant at{};
  };
  using allowances = std::deque<allowance>;  // by user
  std::chrono::seconds take(allowances& from, user_id who, double burst, double per_second);
  bool is_own_origin(std::string_view origin, const http_request& r) const;
  const sessions::session* session_of(std::string_view token);

  chat& chat_;
  std::string public_url_;
  std::array<unsigned char, 16> fingerprint_key_;
  attempts by_name_;
  attempts by_address_;
  allowances sends_;
  allowances changes_;
};

}  // namespace lingerd
