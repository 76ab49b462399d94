#include "core/base/error.hpp"

#include <stdexcept>

namespace lingerd {

std::string_view code_of(error e) {
  switch (e) {
    case error::bad_request: return "bad_request";
    case error::not_signed_in: return "not_signed_in";
    case error::forbidden: return "forbidden";
    case error::not_friends: return "not_friends";
    case error::not_member: return "not_member";
    case error::cross_site: return "cross_site";
    case error::not_found: return "not_found";
    case error::method_not_allowed: return "method_not_allowed";
    case error::stalled: return "stalled";
    case error::cid_conflict: return "cid_conflict";
    case error::name_taken: return "name_taken";
    case error::group_full: return "group_full";
    case error::owner_must_stay: return "owner_must_stay";
    case error::limit_reached: return "limit_reached";
    case error::cursor_expired: return "cursor_expired";
    case error::too_large: return "too_large";
    case error::not_json: return "not_json";
    case error::weak_password: return "weak_password";
    case error::bad_name: return "bad_name";
    case error::too_many: return "too_many";
    case error::header_too_large: return "header_too_large";
    case error::overloaded: return "overloaded";
    case error::storage_full: return "storage_full";
  }
  return "bad_request";
}

void throw_exception_from_error(const refusal& r, const boost::source_location&) {
  throw std::runtime_error(std::string(code_of(r.code)) + ": " + r.what);
}

}  // namespace lingerd
