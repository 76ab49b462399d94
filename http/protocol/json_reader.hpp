#pragma once

#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/ids.hpp"
#include "core/base/limits.hpp"

// Reading what came as JSON. Unknown fields are ignored; a field of a wrong type is a bad_request
// that names it.
namespace lingerd::json_reader {

// The whole of `text` as an object, within limits.json_depth. Boost.JSON checks UTF-8. It lies in
// `memory`, which must outlive it.
result<boost::json::object> object(std::string_view text, const limits& bounds,
                                   boost::json::storage_ptr memory = {});

// A required string.
result<std::string> text(const boost::json::object& o, std::string_view name);
// An optional one: none if absent or null.
result<std::optional<std::string>> optional_text(const boost::json::object& o,
                                                 std::string_view name);
// A required whole number from 0; a string of digits counts as one.
result<std::uint64_t> number(const boost::json::object& o, std::string_view name);
result<std::optional<std::uint64_t>> optional_number(const boost::json::object& o,
                                                     std::string_view name);
// A list of users' numbers; empty if absent.
result<std::vector<user_id>> users(const boost::json::object& o, std::string_view name);

// "type" ("single" or "group") with the number in `with`, seen from `me`. Nobody has the number 0;
// a number too large for anybody is nobody's.
result<conversation> conversation_of(const boost::json::object& o, std::string_view name,
                                     user_id reader);
result<conversation> conversation_of(std::string_view type, std::uint64_t party, user_id reader);

}  // namespace lingerd::json_reader
