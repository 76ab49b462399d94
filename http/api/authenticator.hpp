#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/entropy.hpp"
#include "core/chat/chat.hpp"
#include "http/protocol/request.hpp"
#include "http/streams/caller.hpp"

namespace lingerd {

// The hash under which a token is stored; none if the text does not have a token's length. The hash
// is of the text as sent: nothing is decoded, and no two texts are one token.
std::optional<token_hash> hash_of_token(std::string_view token);
// 32 random bytes as 43 characters that need no escape anywhere.
std::string make_token(entropy& entropy);

// Finds the session that signs a request, by the bearer token or the cookie. One for each server,
// on its loop. It also ends sessions that are unused for too long, and writes a session's use down
// once a day.
class authenticator {
 public:
  // The chat outlives it; `entropy` is used here alone, for the key of the fingerprints.
  authenticator(chat& chat, entropy& entropy);

  // The user and session that sign the request; none where there is no such session, or it has just
  // been ended. A bearer token goes before the cookie.
  std::optional<caller> authenticate(const http_request& r);

 private:
  const sessions::session* find_session(std::string_view token);
  bool end_if_expired(const sessions::session& session, const wall_clock::reading& wall);
  void touch_daily(const sessions::session& session, const wall_clock::reading& wall);

  chat& chat_;
  std::array<unsigned char, 16> fingerprint_key_;
};

}  // namespace lingerd
