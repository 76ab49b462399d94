#include "sim/world/check/json_fields.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace lingerd::sim {

namespace json = boost::json;

std::uint64_t number_field(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v && v->is_number() ? v->to_number<std::uint64_t>() : 0;
}

std::string text_field(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

const json::object* object_field(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v ? v->if_object() : nullptr;
}

const json::array* array_field(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v ? v->if_array() : nullptr;
}

std::string serialized_field(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v ? json::serialize(*v) : "-";
}

json::object parse_object(std::string_view text) {
  json::error_code ec;
  const json::value v = json::parse({text.data(), text.size()}, ec);
  return !ec && v.is_object() ? v.get_object() : json::object();
}

}  // namespace lingerd::sim
