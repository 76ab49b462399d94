#include "http/protocol/json_reader.hpp"

#include <boost/json/parse.hpp>
#include <limits>
#include <utility>

#include "core/base/refusals.hpp"
#include "http/protocol/request.hpp"

namespace lingerd::json_reader {

namespace json = boost::json;

namespace {

refusal refuse_field(std::string_view name, std::string_view text) {
  return {error::bad_request, "\"" + std::string(name) + "\" " + std::string(text)};
}

std::optional<std::uint64_t> whole_number(const json::value& v) {
  if (const auto* u = v.if_uint64()) return *u;
  if (const auto* i = v.if_int64()) {
    if (*i < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*i);
  }
  if (const auto* s = v.if_string()) return digits({s->data(), s->size()});
  return std::nullopt;
}

}  // namespace

result<json::object> object(std::string_view text, const limits& bounds, json::storage_ptr memory) {
  json::parse_options options;
  options.max_depth = bounds.json_depth;
  boost::system::error_code ec;
  json::value v = json::parse({text.data(), text.size()}, ec, std::move(memory), options);
  if (ec) return refusal(error::bad_request, "the body is not good JSON: " + ec.message());
  if (!v.is_object()) return refusal(error::bad_request, "the body is not a JSON object");
  return std::move(v.get_object());
}

result<std::string> text(const json::object& o, std::string_view name) {
  auto value = optional_text(o, name);
  if (!value) return value.error();
  if (!*value) return refuse_field(name, "is missing");
  return std::move(**value);
}

result<std::optional<std::string>> optional_text(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(json::string_view(name.data(), name.size()));
  if (!v || v->is_null()) return std::optional<std::string>();
  const json::string* s = v->if_string();
  if (!s) return refuse_field(name, "must be a string");
  return std::optional<std::string>(std::string(s->data(), s->size()));
}

result<std::uint64_t> number(const json::object& o, std::string_view name) {
  auto value = optional_number(o, name);
  if (!value) return value.error();
  if (!*value) return refuse_field(name, "is missing");
  return **value;
}

result<std::optional<std::uint64_t>> optional_number(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(json::string_view(name.data(), name.size()));
  if (!v || v->is_null()) return std::optional<std::uint64_t>();
  const auto n = whole_number(*v);
  if (!n) return refuse_field(name, "must be a whole number from 0");
  return n;
}

result<std::vector<user_id>> users(const json::object& o, std::string_view name) {
  std::vector<user_id> users;
  const json::value* v = o.if_contains(json::string_view(name.data(), name.size()));
  if (!v || v->is_null()) return users;
  const json::array* list = v->if_array();
  if (!list) return refuse_field(name, "must be a list of users' ids");
  for (const json::value& one : *list) {
    const auto n = whole_number(one);
    if (!n) return refuse_field(name, "must be a list of users' ids");
    users.push_back(*n > std::numeric_limits<user_id>::max() ? 0 : static_cast<user_id>(*n));
  }
  return users;
}

result<conversation> conversation_of(std::string_view type, std::uint64_t party, user_id reader) {
  const bool group = type == "group";
  if (!group && type != "single") {
    return refusal(error::bad_request, "\"type\" must be \"single\" or \"group\"");
  }
  if (party == 0 || party > std::numeric_limits<std::uint32_t>::max()) {
    return group ? refusals::no_such_group() : refusals::no_such_user();
  }
  const auto id = static_cast<std::uint32_t>(party);
  if (group) return conversation::group(id);
  if (id == reader) return refusal(error::bad_request, "this would be to oneself");
  return conversation::single(reader, id);
}

result<conversation> conversation_of(const json::object& o, std::string_view name, user_id reader) {
  const auto type = text(o, "type");
  if (!type) return type.error();
  const auto n = number(o, name);
  if (!n) return n.error();
  return conversation_of(*type, *n, reader);
}

}  // namespace lingerd::json_reader
