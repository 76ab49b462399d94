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

// Reads JSON from clients, and fields of its objects. Stateless. Unknown fields are ignored; a
// field of a wrong type is a bad_request that names it. field_reader reads several fields in a row.
namespace lingerd::json_reader {

// All of `text` as one object, within limits.json_depth. Boost.JSON checks UTF-8. The object lies
// in `memory`, which outlives it.
result<boost::json::object> object(std::string_view text, const limits& bounds,
                                   boost::json::storage_ptr memory = {});

// A required string.
result<std::string> text(const boost::json::object& o, std::string_view name);
// An optional string: none if absent or null.
result<std::optional<std::string>> optional_text(const boost::json::object& o,
                                                 std::string_view name);
// A required whole number from 0; a string of digits counts as one.
result<std::uint64_t> number(const boost::json::object& o, std::string_view name);
result<std::optional<std::uint64_t>> optional_number(const boost::json::object& o,
                                                     std::string_view name);
// A list of users' ids, an id too large for any user as 0; empty if absent.
result<std::vector<user_id>> users(const boost::json::object& o, std::string_view name);

// The conversation of `reader` with a user or group: "type" is "single" or "group", and the field
// `name` holds the number. No party has the number 0 or one of more than 32 bits: not_found.
result<conversation> conversation_of(const boost::json::object& o, std::string_view name,
                                     user_id reader);
result<conversation> conversation_of(std::string_view type, std::uint64_t party, user_id reader);

}  // namespace lingerd::json_reader
