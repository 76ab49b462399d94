#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace lingerd {

// Why a request or a change is refused. The names are the error codes that clients read
// (docs/api.md); the HTTP status of each is decided in http/.
enum class error {
  // The HTTP or JSON is malformed, a field is missing or of a wrong type, or its value is refused.
  bad_request,
  // There is no session, it has ended, the name or password is wrong, or the account is disabled.
  not_signed_in,
  // The role in the group does not allow it, `from` is another user, or a password does not match.
  forbidden,
  // There is no agreed friendship with the receiver or the invited user.
  not_friends,
  // The signed-in user, or the proposed new owner, is not a member of the group.
  not_member,
  // The same-origin rule: a page of another site made the request.
  cross_site,
  // There is no such address, user, group, member, session or friendship.
  not_found,
  // The address does not take the request's method.
  method_not_allowed,
  // The request did not arrive within limits.request_time; the connection is closed.
  stalled,
  // The cid was used for another message of this sender.
  cid_conflict,
  // An account with this name exists; only commands of the administrator are answered so.
  name_taken,
  // The group has no room for another member, or more members than the new maximum.
  group_full,
  // The owner has to hand the group over before leaving it, and is always an admin.
  owner_must_stay,
  // A number of users, friends, groups or stays in a group is at its bound (limits.hpp).
  limit_reached,
  // The cursor is of another database's life or in the future: the client begins with a new start.
  cursor_expired,
  // The body, the message or a group's brief is too long, or too much was sent ahead.
  too_large,
  // The body has another type than the address takes.
  not_json,
  // The new password is too short or too long.
  weak_password,
  // A display name or group name is blank, too long, or has control characters.
  bad_name,
  // An allowance (messages, changes, sign-ins) is used up; Retry-After says for how long.
  too_many,
  // The request's header has more than limits.header_bytes.
  header_too_large,
  // The server cannot take, read or store it now; a later attempt may succeed.
  overloaded,
  // The disk is full: nothing more is stored, what is stored stays readable.
  storage_full,
};

// The code as clients read it, e.g. "not_friends".
std::string_view code_of(error e);

// An error code, and a sentence for people.
struct refusal {
  refusal() = default;
  refusal(error code, std::string message) : code(code), message(std::move(message)) {}
  error code = error::bad_request;
  std::string message;
};

// A value, or the reason why there is none.
template <class T>
using result = boost::system::result<T, refusal>;

[[noreturn]] void throw_exception_from_error(const refusal& r,
                                             const boost::source_location& location);

}  // namespace lingerd
