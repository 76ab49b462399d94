#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace lingerd::sim {

// Fields of an object from the server. A field that is missing or of another kind reads as 0, an
// empty text, or null.
std::uint64_t number_field(const boost::json::object& o, std::string_view name);
std::string text_field(const boost::json::object& o, std::string_view name);
const boost::json::object* object_field(const boost::json::object& o, std::string_view name);
const boost::json::array* array_field(const boost::json::object& o, std::string_view name);
// The field as JSON; "-" where it is missing.
std::string serialized_field(const boost::json::object& o, std::string_view name);

// Empty where the text is not an object.
boost::json::object parse_object(std::string_view text);

}  // namespace lingerd::sim
