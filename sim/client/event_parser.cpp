#include "sim/client/event_parser.hpp"

#include <boost/json/parse.hpp>

namespace lingerd::sim {

namespace json = boost::json;

namespace {

std::uint64_t number_in(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  if (!v) return 0;
  if (v->is_uint64()) return v->get_uint64();
  return v->is_int64() && v->get_int64() >= 0 ? static_cast<std::uint64_t>(v->get_int64()) : 0;
}

std::string_view text_in(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  if (!v || !v->is_string()) return {};
  return {v->get_string().data(), v->get_string().size()};
}

}  // namespace

bool hearing::parse(std::string_view text) {
  heard_.next.reset();
  heard_.more = false;
  heard_.pause_s.reset();
  heard_.error.clear();
  heard_.events.clear();
  heard_.messages.clear();
  heard_.presence = nullptr;
  value_.reset();  // before the memory it lies in
  memory_.emplace(room_.data(), room_.size());
  json::error_code ec;
  value_.emplace(json::parse(text, ec, &*memory_));
  return !ec && value_->is_object();
}

// Whether it is an error; a pause may be in anything.
bool hearing::take_notice(const json::object& o) {
  if (const json::value* pause = o.if_contains("pause"); pause && pause->is_number()) {
    heard_.pause_s = pause->to_number<double>();
  }
  const json::value* e = o.if_contains("error");
  if (!e || !e->is_object()) return false;
  heard_.error = text_in(e->get_object(), "code");
  return true;
}

const heard* hearing::batch(std::string_view text) {
  if (!parse(text)) return nullptr;
  const json::object& o = value_->get_object();
  if (take_notice(o)) return &heard_;
  const json::value* events = o.if_contains("events");
  if (!events || !events->is_array() || !o.contains("next")) return nullptr;
  heard_.next = number_in(o, "next");
  if (const json::value* more = o.if_contains("more")) {
    heard_.more = more->is_bool() && more->get_bool();
  }
  if (const json::value* presence = o.if_contains("presence")) {
    heard_.presence = presence->if_object();
  }
  for (const json::value& e : events->get_array()) take_event(e);
  return &heard_;
}

const heard* hearing::notice(std::string_view text) {
  if (!parse(text)) return nullptr;
  take_notice(value_->get_object());
  return &heard_;
}

const heard* hearing::event(std::string_view text) {
  if (!parse(text)) return nullptr;
  take_event(*value_);
  return &heard_;
}

void hearing::take_event(const json::value& e) {
  if (!e.is_object()) return;
  const json::object& o = e.get_object();
  heard_event any;
  any.id = number_in(o, "id");
  any.kind = text_in(o, "event");
  any.whole = &o;
  heard_.events.push_back(any);
  if (any.kind != "message") return;
  heard_message m;
  m.id = any.id;
  m.from = static_cast<user_id>(number_in(o, "from"));
  m.to = static_cast<std::uint32_t>(number_in(o, "to"));
  m.is_group = text_in(o, "type") == "group";
  m.has_cid = o.contains("cid");
  m.text = text_in(o, "msg");
  heard_.messages.push_back(m);
}

}  // namespace lingerd::sim
