#include "http/protocol/json_reader.hpp"

#include <boost/json/parse.hpp>
#include <limits>
#include <utility>

#include "http/protocol/request.hpp"

namespace lingerd::json_in {

namespace json = boost::json;

namespace {

refusal bad(std::string_view field, std::string_view what) {
  return {error::bad_request, "\"" + std::string(field) + "\" " + std::string(what)};
}

std::optional<std::uint64_t> whole(const json::value& v) {
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
  auto found = maybe_text(o, name);
  if (!found) return found.error();
  if (!*found) return bad(name, "is missing");
  return std::move(**found);
}

result<std::optional<std::string>> maybe_text(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(json::string_view(name.data(), name.size()));
  if (!v || v->is_null()) return std::optional<std::string>();
  const json::string* s = v->if_string();
  if (!s) return bad(name, "must be a string");
  return std::optional<std::string>(std::string(s->data(), s->size()));
}

result<std::uint64_t> number(const json::object& o, std::string_view name) {
  auto found = maybe_number(o, name);
  if (!found) return found.error();
  if (!*found) return bad(name, "is missing");
  return **found;
}

result<std::optional<std::uint64_t>> maybe_number(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(json::string_view(name.data(), name.size()));
  if (!v || v->is_null()) return std::optional<std::uint64_t>();
  const auto n = whole(*v);
  if (!n) return bad(name, "must be a whole number from 0");
  return n;
}

result<std::vector<user_id>> users(const json::object& o, std::string_view name) {
  std::vector<user_id> found;
  const json::value* v = o.if_contains(json::string_view(name.data(), name.size()));
  if (!v || v->is_null()) return found;
  const json::array* list = v->if_array();
  if (!list) return bad(name, "must be a list of users' ids");
  for (const json::value& one : *list) {
    const auto n = whole(one);
    if (!n) return bad(name, "must be a list of users' ids");
    found.push_back(*n > std::numeric_limits<user_id>::max() ? 0 : static_cast<user_id>(*n));
  }
  return found;
}

result<conversation> conversation_of(std::string_view type, std::uint64_t with, user_id me) {
  const bool group = type == "group";
  if (!group && type != "single") {
    return refusal(error::bad_request, "\"type\" must be \"single\" or \"group\"");
  }
  if (with == 0 || with > std::numeric_limits<std::uint32_t>::max()) {
    return refusal(error::not_found, group ? "there is no such group" : "there is no such user");
  }
  const auto id = static_cast<std::uint32_t>(with);
  if (group) return conversation::group(id);
  if (id == me) return refusal(error::bad_request, "this would be to oneself");
  return conversation::single(me, id);
}

result<conversation> conversation_of(const json::object& o, std::string_view with, user_id me) {
  const auto type = text(o, "type");
  if (!type) return type.error();
  const auto n = number(o, with);
  if (!n) return n.error();
  return conversation_of(*type, *n, me);
}

}  // namespace lingerd::json_in
