#include "http/api/authenticator.hpp"

#include <sodium.h>

#include <boost/beast/core/string.hpp>
#include <chrono>

namespace lingerd {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_chars = 43;
constexpr wall_ms day = 24 * 60 * 60 * 1000;
// 2026-01-01: no session was used before; an older time comes from a clock that was not set.
constexpr wall_ms first_release = 1'767'225'600'000;

struct credentials {
  std::string_view token;
  bool by_cookie = false;
};

// Another scheme than Bearer is a proxy's own, and passed over.
credentials read_credentials(const http_request& r) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view authorization = r[field::authorization];
  if (authorization.size() > scheme.size() &&
      boost::beast::iequals(authorization.substr(0, scheme.size()), scheme)) {
    return {authorization.substr(scheme.size()), false};
  }
  return {cookie_of(r[field::cookie], "linger"), true};
}

}  // namespace

std::optional<token_hash> hash_of_token(std::string_view token) {
  if (token.size() != token_chars) return std::nullopt;
  token_hash h;
  crypto_generichash(h.data(), h.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), nullptr, 0);
  return h;
}

std::string make_token(entropy& entropy) {
  unsigned char raw[token_bytes];
  entropy.fill(raw);
  char text[token_chars + 1];
  sodium_bin2base64(text, sizeof text, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}

authenticator::authenticator(chat& chat, entropy& entropy) : chat_(chat) {
  entropy.fill(fingerprint_key_);
}

// By the fingerprint where the token has been here before: hashing one at each request was 3 % of a
// fan-out.
const sessions::session* authenticator::find_session(std::string_view token) {
  if (token.size() != token_chars) return nullptr;
  token_fingerprint fingerprint;
  static_assert(crypto_shorthash_siphashx24_BYTES == sizeof fingerprint &&
                crypto_shorthash_siphashx24_KEYBYTES == sizeof fingerprint_key_);
  crypto_shorthash_siphashx24(fingerprint.data(),
                              reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                              fingerprint_key_.data());
  sessions& all = chat_.sessions();
  if (const sessions::session* cached = all.find(fingerprint)) return cached;
  const auto hash = hash_of_token(token);
  const sessions::session* found = hash ? all.find(*hash) : nullptr;
  if (found) all.remember(*hash, fingerprint);
  return found;
}

std::optional<caller> authenticator::authenticate(const http_request& r) {
  const credentials credentials = read_credentials(r);
  if (credentials.token.empty()) return std::nullopt;
  const sessions::session* session = find_session(credentials.token);
  if (!session) return std::nullopt;
  const wall_clock::reading wall = chat_.wall();
  if (end_if_expired(*session, wall)) return std::nullopt;
  caller caller;
  caller.user = session->row.user;
  caller.session = session->row.hash;
  caller.by_cookie = credentials.by_cookie;
  touch_daily(*session, wall);
  return caller;
}

// A clock that is not set ends no session, and a leap that may be taken back soon does not either:
// the end is for good. Nor does a session end that was last used under such a clock.
bool authenticator::end_if_expired(const sessions::session& session,
                                   const wall_clock::reading& wall) {
  const auto life =
      std::chrono::duration_cast<std::chrono::milliseconds>(chat_.bounds().session_life).count();
  const wall_ms unused = wall.now - session.row.used;
  if (!wall.steady || unused <= life || session.row.used <= first_release) return false;
  end_session expired;
  expired.hash = session.row.hash;
  // Many requests may come on the session before the end is on the disk.
  if (chat_.has_room()) chat_.commit_unwatched(change(expired));
  return true;
}

// Also where the last use lies in the future, if the clock is synced. Not in a leap: a use in the
// far future would keep the session alive for as long.
void authenticator::touch_daily(const sessions::session& session, const wall_clock::reading& wall) {
  const wall_ms unused = wall.now - session.row.used;
  const bool is_due = unused > day || (wall.synced && unused < -day);
  if (!is_due || wall.in_leap || !chat_.has_room()) return;
  touch_session use;
  use.hash = session.row.hash;
  use.now = wall.now;
  chat_.sessions().touch(use.hash, use.now);  // at once: the disk's answer would be many uses late
  chat_.commit_unwatched(change(use));
}

}  // namespace lingerd
