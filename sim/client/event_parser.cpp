#include "sim/client/event_parser.hpp"

#include <boost/json/parse.hpp>

namespace lingerd::sim {

namespace json = boost::json;

namespace {

std::uint64_t number_field(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  if (!v) return 0;
  if (v->is_uint64()) return v->get_uint64();
  return v->is_int64() && v->get_int64() >= 0 ? static_cast<std::uint64_t>(v->get_int64()) : 0;
}

std::string_view text_field(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  if (!v || !v->is_string()) return {};
  return {v->get_string().data(), v->get_string().size()};
}

}  // namespace

bool event_parser::parse(std::string_view text) {
  batch_.next.reset();
  batch_.more = false;
  batch_.pause_s.reset();
  batch_.error.clear();
  batch_.events.clear();
  batch_.messages.clear();
  batch_.presence = nullptr;
  value_.reset();  // before the memory that holds it
  memory_.emplace(buffer_.data(), buffer_.size());
  json::error_code ec;
  value_.emplace(json::parse(text, ec, &*memory_));
  return !ec && value_->is_object();
}

// True if the object is an error; any object may hold a pause.
bool event_parser::read_notice(const json::object& o) {
  if (const json::value* pause = o.if_contains("pause"); pause && pause->is_number()) {
    batch_.pause_s = pause->to_number<double>();
  }
  const json::value* e = o.if_contains("error");
  if (!e || !e->is_object()) return false;
  batch_.error = text_field(e->get_object(), "code");
  return true;
}

const parsed_batch* event_parser::batch(std::string_view text) {
  if (!parse(text)) return nullptr;
  const json::object& o = value_->get_object();
  if (read_notice(o)) return &batch_;
  const json::value* events = o.if_contains("events");
  if (!events || !events->is_array() || !o.contains("next")) return nullptr;
  batch_.next = number_field(o, "next");
  if (const json::value* more = o.if_contains("more")) {
    batch_.more = more->is_bool() && more->get_bool();
  }
  if (const json::value* presence = o.if_contains("presence")) {
    batch_.presence = presence->if_object();
  }
  for (const json::value& e : events->get_array()) read_event(e);
  return &batch_;
}

const parsed_batch* event_parser::notice(std::string_view text) {
  if (!parse(text)) return nullptr;
  read_notice(value_->get_object());
  return &batch_;
}

const parsed_batch* event_parser::event(std::string_view text) {
  if (!parse(text)) return nullptr;
  read_event(*value_);
  return &batch_;
}

void event_parser::read_event(const json::value& e) {
  if (!e.is_object()) return;
  const json::object& o = e.get_object();
  parsed_event any;
  any.id = number_field(o, "id");
  any.kind = text_field(o, "event");
  any.body = &o;
  batch_.events.push_back(any);
  if (any.kind != "message") return;
  parsed_message m;
  m.id = any.id;
  m.sender = static_cast<user_id>(number_field(o, "from"));
  m.target_id = static_cast<std::uint32_t>(number_field(o, "to"));
  m.is_group = text_field(o, "type") == "group";
  m.has_cid = o.contains("cid");
  m.text = text_field(o, "msg");
  batch_.messages.push_back(m);
}

}  // namespace lingerd::sim
