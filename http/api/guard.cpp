#include "http/api/guard.hpp"

#include <arpa/inet.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_chars = 43;
constexpr wall_ms day = 24 * 60 * 60 * 1000;
constexpr wall_ms first_release = 1'767'225'600'000;  // 2026-01-01: before that nobody signed in

// "http://192.168.1.20:8080/chat" → "192.168.1.20:8080"
std::string_view authority_of(std::string_view url) {
  const auto at = url.find("://");
  if (at == std::string_view::npos) return {};
  url.remove_prefix(at + 3);
  return url.substr(0, url.find('/'));
}

std::string_view origin_of(std::string_view url) {
  const auto at = url.find("://");
  if (at == std::string_view::npos) return {};
  return url.substr(0, url.find('/', at + 3));
}

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

// Who has one IPv6 address has 2^64 of them: what counts is the network.
std::string network_of(const std::string& peer) {
  in6_addr address{};
  const std::string plain = peer.substr(0, peer.find('%'));  // fe80::1%eth0
  if (::inet_pton(AF_INET6, plain.c_str(), &address) != 1) return peer;
  if (IN6_IS_ADDR_V4MAPPED(&address)) return peer;
  return {reinterpret_cast<const char*>(address.s6_addr), 8};
}

refusal from_elsewhere() { return {error::cross_site, "this request comes from another site"}; }

}  // namespace

// Of the token's text as it is sent: nothing need be decoded, and no two texts are one token.
std::optional<token_hash> hash_of_token(std::string_view token) {
  if (token.size() != token_chars) return std::nullopt;
  token_hash h;
  crypto_generichash(h.data(), h.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), nullptr, 0);
  return h;
}

std::string make_token(entropy& chance) {
  unsigned char raw[token_bytes];
  chance.fill(raw);
  char text[token_chars + 1];
  sodium_bin2base64(text, sizeof text, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}

std::chrono::seconds attempts::wait_for(const std::string& key, instant now) const {
  const auto at = counts_.find(key);
  if (at == counts_.end() || at->second.n < most_) return 0s;
  const auto left = at->second.since + window_ - now;
  if (left <= 0ns) return 0s;
  return std::chrono::ceil<std::chrono::seconds>(left);
}

void attempts::count(const std::string& key, instant now) {
  if (counts_.size() >= keys_ && counts_.find(key) == counts_.end()) {
    counts_.erase(std::min_element(
        counts_.begin(), counts_.end(),
        [](const auto& a, const auto& b) { return a.second.seen < b.second.seen; }));
  }
  tally& t = counts_[key];
  if (t.n == 0 || now - t.since >= window_) t = {0, now, now};
  t.seen = now;
  ++t.n;
}

void attempts::take_back(const std::string& key) {
  const auto at = counts_.find(key);
  if (at != counts_.end() && at->second.n > 0) --at->second.n;
}

guard::guard(chat& talk, std::string public_url, entropy& chance)
    : chat_(talk),
      public_url_(std::move(public_url)),
      by_name_(talk.bounds().sign_in_failures_per_name, talk.bounds().sign_in_window,
               talk.bounds().sign_in_table),
      by_address_(talk.bounds().sign_in_failures_per_address, talk.bounds().sign_in_window,
                  talk.bounds().sign_in_table) {
  chance.fill(seal_key_);
}

// By the seal where the token has been here before; hashing one at each request was 3 % of a
// fan-out.
const sessions::session* guard::session_of(std::string_view token) {
  if (token.size() != token_chars) return nullptr;
  token_seal seal;
  static_assert(crypto_shorthash_siphashx24_BYTES == sizeof seal &&
                crypto_shorthash_siphashx24_KEYBYTES == sizeof seal_key_);
  crypto_shorthash_siphashx24(seal.data(), reinterpret_cast<const unsigned char*>(token.data()),
                              token.size(), seal_key_.data());
  sessions& all = chat_.signed_in();
  if (const sessions::session* known = all.find(seal)) return known;
  const auto hash = hash_of_token(token);
  const sessions::session* found = hash ? all.find(*hash) : nullptr;
  if (found) all.remember(*hash, seal);
  return found;
}

std::optional<caller> guard::who(const http_request& r) {
  std::string_view token;
  bool by_cookie = false;
  const std::string_view sign = r[field::authorization];
  if (sign.size() > 7 && same_text(sign.substr(0, 7), "Bearer ")) {
    token = sign.substr(7);
  } else {
    token = cookie_of(r[field::cookie], "linger");
    by_cookie = true;
  }
  if (token.empty()) return std::nullopt;
  const sessions::session* s = session_of(token);
  if (!s) return std::nullopt;
  const token_hash hash = s->row.hash;
  const wall_clock::reading wall = chat_.wall();
  const wall_ms now = wall.now;
  const wall_ms unused = now - s->row.used;
  const auto life =
      std::chrono::duration_cast<std::chrono::milliseconds>(chat_.bounds().session_life).count();
  // A clock that is not set yet ends nobody's session; neither does one that was not set when the
  // session was last used.
  if (wall.synced && unused > life && s->row.used > first_release) {
    end_session gone;
    gone.hash = hash;
    // He may ask many times before the disk has it.
    if (chat_.has_room()) chat_.commit_unwatched(change(gone));
    return std::nullopt;
  }
  const bool is_due = unused > day || (wall.synced && unused < -day);
  if (is_due && chat_.has_room()) {
    touch_session used;
    used.hash = hash;
    used.now = now;
    chat_.signed_in().touch(hash, now);  // once a day, not until the disk has it
    chat_.commit_unwatched(change(used));
  }
  caller c;
  c.user = s->row.user;
  c.session = hash;
  c.by_cookie = by_cookie;
  return c;
}

bool guard::is_own_origin(std::string_view origin, const http_request& r) const {
  if (!public_url_.empty() && same_text(origin, origin_of(public_url_))) return true;
  const std::string_view authority = authority_of(origin);
  return !authority.empty() && same_text(authority, r[field::host]);
}

result<void> guard::check_origin(const http_request& r, const caller& who) const {
  if (!who.by_cookie) return {};
  const std::string& site = r[field::sec_fetch_site];
  if (!site.empty() && site != "same-origin" && site != "none") return from_elsewhere();
  const std::string& origin = r[field::origin];
  if (!origin.empty()) {
    if (is_own_origin(origin, r)) return {};
    return from_elsewhere();
  }
  if (site == "same-origin") return {};
  // A form of another site cannot send this type without asking first.
  if (!r.body.empty() && is_json(r)) return {};
  return from_elsewhere();
}

result<void> guard::check_stream_origin(const http_request& r, const caller& who) const {
  if (!who.by_cookie) return {};
  const std::string& site = r[field::sec_fetch_site];
  if (!site.empty() && site != "same-origin" && site != "none") return from_elsewhere();
  const std::string& origin = r[field::origin];
  if (origin.empty() || is_own_origin(origin, r)) return {};
  return from_elsewhere();
}

result<void> guard::check_form_origin(const http_request& r, const caller& who) const {
  if (!who.by_cookie) return {};
  const std::string& site = r[field::sec_fetch_site];
  if (!site.empty() && site != "same-origin" && site != "none") return from_elsewhere();
  if (!r[field::origin].empty()) {
    if (is_own_origin(r[field::origin], r)) return {};
    return from_elsewhere();
  }
  if (!r[field::referer].empty()) {
    if (is_own_origin(origin_of(r[field::referer]), r)) return {};
    return from_elsewhere();
  }
  // Fields that a form of another site cannot set.
  if (!r[field::x_requested_with].empty() || !r[field::x_csrf_token].empty()) return {};
  return from_elsewhere();
}

std::chrono::seconds guard::sign_in_wait(const std::string& name, const std::string& peer) {
  const instant now = chat_.on().now();
  return std::max(by_name_.wait_for(name, now), by_address_.wait_for(network_of(peer), now));
}

void guard::sign_in_failed(const std::string& name, const std::string& peer) {
  const instant now = chat_.on().now();
  by_name_.count(name, now);
  by_address_.count(network_of(peer), now);
}

void guard::sign_in_succeeded(const std::string& name, const std::string& peer) {
  by_name_.forget(name);
  by_address_.take_back(network_of(peer));
}

void guard::sign_in_unknown(const std::string& name, const std::string& peer) {
  by_name_.take_back(name);
  by_address_.take_back(network_of(peer));
}

std::chrono::seconds guard::take_send(user_id who) {
  return take(sends_, who, chat_.bounds().send_burst, chat_.bounds().send_per_second);
}

std::chrono::seconds guard::take_change(user_id who) {
  return take(changes_, who, chat_.bounds().change_burst, chat_.bounds().change_per_second);
}

std::chrono::seconds guard::take(allowances& from, user_id who, double burst, double per_second) {
  if (from.size() <= who) from.resize(who + 1);
  allowance& a = from[who];
  const instant now = chat_.on().now();
  if (a.left < 0) {
    a.left = burst;
  } else {
    const double passed = std::chrono::duration<double>(now - a.at).count();
    a.left = std::min(burst, a.left + passed * per_second);
  }
  a.at = now;
  if (a.left >= 1) {
    a.left -= 1;
    return 0s;
  }
  return std::chrono::seconds(std::max(1L, std::lround(std::ceil((1 - a.left) / per_second))));
}

}  // namespace lingerd
