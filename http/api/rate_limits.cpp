#include "http/api/rate_limits.hpp"

#include <arpa/inet.h>

#include <cmath>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

// A client with one IPv6 address has 2^64 of them: the network counts.
std::string network_of(const std::string& peer) {
  in6_addr address{};
  const std::string plain = peer.substr(0, peer.find('%'));  // fe80::1%eth0
  if (::inet_pton(AF_INET6, plain.c_str(), &address) != 1) return peer;
  if (IN6_IS_ADDR_V4MAPPED(&address)) return peer;
  return {reinterpret_cast<const char*>(address.s6_addr), 8};
}

}  // namespace

std::chrono::seconds attempts::wait_for(const std::string& key, instant now) const {
  const auto place = counts_.find(key);
  if (place == counts_.end() || place->second.n < count_max_) return 0s;
  const auto left = place->second.start + window_ - now;
  if (left <= 0ns) return 0s;
  return std::chrono::ceil<std::chrono::seconds>(left);
}

void attempts::count(const std::string& key, instant now) {
  if (counts_.size() >= keys_max_ && counts_.find(key) == counts_.end()) {
    counts_.erase(std::min_element(
        counts_.begin(), counts_.end(),
        [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
  }
  tally& t = counts_[key];
  if (t.n == 0 || now - t.start >= window_) t = {0, now, now};
  t.last = now;
  ++t.n;
}

void attempts::take_back(const std::string& key) {
  const auto place = counts_.find(key);
  if (place != counts_.end() && place->second.n > 0) --place->second.n;
}

rate_limits::rate_limits(loop& loop, const limits& bounds)
    : loop_(loop),
      bounds_(bounds),
      by_name_(bounds.sign_in_failures_per_name, bounds.sign_in_window, bounds.sign_in_table),
      by_address_(bounds.sign_in_failures_per_address, bounds.sign_in_window,
                  bounds.sign_in_table) {}

std::chrono::seconds rate_limits::sign_in_wait(const std::string& name,
                                               const std::string& peer) const {
  const instant now = loop_.now();
  return std::max(by_name_.wait_for(name, now), by_address_.wait_for(network_of(peer), now));
}

void rate_limits::begin_sign_in(const std::string& name, const std::string& peer) {
  const instant now = loop_.now();
  by_name_.count(name, now);
  by_address_.count(network_of(peer), now);
}

void rate_limits::confirm_sign_in(const std::string& name, const std::string& peer) {
  by_name_.forget(name);
  by_address_.take_back(network_of(peer));
}

void rate_limits::cancel_sign_in(const std::string& name, const std::string& peer) {
  by_name_.take_back(name);
  by_address_.take_back(network_of(peer));
}

std::chrono::seconds rate_limits::take_message(user_id user) {
  return take(messages_, user, bounds_.send_burst, bounds_.send_per_second);
}

std::chrono::seconds rate_limits::take_change(user_id user) {
  return take(changes_, user, bounds_.change_burst, bounds_.change_per_second);
}

std::chrono::seconds rate_limits::take(allowances& all, user_id user, double burst,
                                       double per_second) {
  if (all.size() <= user) all.resize(user + 1);
  allowance& a = all[user];
  const instant now = loop_.now();
  if (a.left < 0) {
    a.left = burst;
  } else {
    const double passed = std::chrono::duration<double>(now - a.updated).count();
    a.left = std::min(burst, a.left + passed * per_second);
  }
  a.updated = now;
  if (a.left >= 1) {
    a.left -= 1;
    return 0s;
  }
  return std::chrono::seconds(std::max(1L, std::lround(std::ceil((1 - a.left) / per_second))));
}

}  // namespace lingerd
