#pragma once

#include <cstddef>
#include <string>

#include "core/base/error.hpp"

// Refusals that several places give in the same words.
namespace lingerd::refusals {

inline refusal no_such_user() { return {error::not_found, "there is no such user"}; }
inline refusal no_such_group() { return {error::not_found, "there is no such group"}; }
inline refusal no_such_session() { return {error::not_found, "there is no such session"}; }
inline refusal not_friends() { return {error::not_friends, "you are not friends"}; }
// The user that asks is not a member.
inline refusal not_a_member() { return {error::not_member, "you are not a member of this group"}; }
// About another user, named by the request.
inline refusal user_not_a_member() {
  return {error::not_found, "this user is not a member of the group"};
}
inline refusal only_own_friends() {
  return {error::not_friends, "only one's own friends can be invited"};
}
inline refusal group_full(std::size_t max_members) {
  return {error::group_full, "the group holds at most " + std::to_string(max_members)};
}
inline refusal brief_too_long() { return {error::too_large, "the brief is too long"}; }
inline refusal sign_in_first() { return {error::not_signed_in, "sign in first"}; }
inline refusal session_ended() { return {error::not_signed_in, "this session has ended"}; }
inline refusal body_too_large() { return {error::too_large, "the body is too large"}; }
inline refusal nothing_here() { return {error::not_found, "there is nothing at this address"}; }

}  // namespace lingerd::refusals
