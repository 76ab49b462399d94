#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace lingerd {

// Every way in which Linger says no. The names are the wire's error codes; the status that goes
// with each is decided in http/.
enum class error {
  bad_request,
  not_signed_in,
  forbidden,
  not_friends,
  not_member,
  cross_site,
  not_found,
  method_not_allowed,
  stalled,
  cid_conflict,
  name_taken,
  group_full,
  owner_must_stay,
  limit_reached,
  cursor_expired,
  too_large,
  not_json,
  weak_password,
  bad_name,
  too_many,
  header_too_large,
  overloaded,
  storage_full,
};

// The code as the wire has it ("not_friends").
std::string_view code_of(error e);

// A refusal: which error, and a sentence for a person.
struct refusal {
  refusal() = default;
  refusal(error code, std::string what) : code(code), what(std::move(what)) {}
  error code = error::bad_request;
  std::string what;
};

// A value, or the reason why there is none.
template <class T>
using result = boost::system::result<T, refusal>;

[[noreturn]] void throw_exception_from_error(const refusal& r, const boost::source_location& where);

}  // namespace lingerd
