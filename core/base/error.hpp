#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace lingerd {

// Why a request is refused. The names are the codes that clients see; http/ decides the status of
// each.
enum class error {
  bad_request,         // a field is missing, malformed or out of range
  not_signed_in,       // no session signs the request, or it has ended
  forbidden,           // the user's rank does not allow it
  not_friends,         // only friends may do this together
  not_member,          // only members of the group may do this
  cross_site,          // a page of another site made the request with the user's cookie
  not_found,           // no such user, group, session or address
  method_not_allowed,  // the address does not take this method
  stalled,             // the request took too long to arrive
  cid_conflict,        // the cid belongs to another message of the sender
  name_taken,          // another account has this name
  group_full,          // the group has as many members as it may
  owner_must_stay,     // the owner hands the group over first
  limit_reached,       // a bound on what a user may have, see core/base/limits.hpp
  cursor_expired,      // the cursor is not of this database's life, or in the future
  too_large,           // the body or a text in it is too long
  not_json,            // the body has another type than the address takes
  weak_password,       // a new password is too short or too long
  bad_name,            // a name with spaces, control characters or a wrong length
  too_many,            // a rate limit: to be tried again later
  header_too_large,    // the request's head is too long
  overloaded,          // the server cannot take it now: to be tried again later
  storage_full,        // the disk has no room; reading goes on
};

// The code as clients see it ("not_friends").
std::string_view code_of(error e);

// A refusal: the error, and a sentence for the user.
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
