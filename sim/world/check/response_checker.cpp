#include "sim/world/check/response_checker.hpp"

#include <boost/json/parse.hpp>

namespace lingerd::sim {

namespace json = boost::json;

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

std::uint64_t us_of(instant t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(t).count());
}

void acknowledged(world_context& context, attempt& a, const std::string& what, sent_by via,
                  const requester::reply& r, bool may_be_known) {
  // The tutorial's page is not told an id.
  const change_id id = via == sent_by::form ? a.id : id_in(r.body);
  if (a.id != id || id == 0) {
    context.broken(invariant::kept, what + " was acknowledged as message " + text(id) +
                                        "; what is stored is " + text(a.id));
  }
  const bool is_repetition = via == sent_by::json && r.status == 200;
  if (is_repetition && !may_be_known) {
    context.broken(invariant::once, what + " was answered as a repetition, and was none");
  }
  if (!a.is_acknowledged) context.acks.record(us_of(context.now() - a.began));
  a.is_acknowledged = true;
  if (via == sent_by::form) context.count("acknowledged_by_form");
  if (via == sent_by::websocket) context.count("acknowledged_on_websocket");
}

void refused(world_context& context, attempt& a, const std::string& message, sent_by via) {
  a.is_refused = true;
  if (a.id != 0) {
    context.broken(invariant::honest, message + " was refused, and is stored as " + text(a.id));
  }
  const bool is_right =
      a.target.is_group()
          ? context.oracle.was_outside_since(a.from, a.target.group(), a.began)
          : context.oracle.were_strangers_since(a.from, a.target.other_than(a.from), a.began);
  if (!is_right) context.broken(invariant::allowed, message + " was refused, and was allowed");
  context.count("refused");
  if (via == sent_by::form) context.count("refused_by_form");
  if (via == sent_by::websocket) context.count("refused_on_websocket");
}

}  // namespace

change_id id_in(const std::string& body) {
  json::error_code ec;
  const json::value v = json::parse(body, ec);
  const json::object* const o = ec ? nullptr : v.if_object();
  const json::value* const id = o ? o->if_contains("id") : nullptr;
  return id && id->is_number() ? id->to_number<change_id>() : 0;
}

bool check_message(world_context& context, const std::string& who, std::uint32_t attempt,
                   sent_by via, const requester::reply& r, bool may_be_known) {
  sim::attempt& a = context.oracle.tried(attempt);
  const std::string what = who + "'s attempt " + text(attempt);
  switch (r.status) {
    case 200:
    case 201: acknowledged(context, a, what, via, r, may_be_known); return true;
    case 403:
    case 404: refused(context, a, what, via); return true;
    case 0:
    case 401:
    case 408:
    case 429:
    case 503:
    case 507: return false;
    default: not_expected(context, who, "say something", r); return true;
  }
}

void not_expected(world_context& context, const std::string& who, const std::string& doing,
                  const requester::reply& r) {
  if (r.status == 0) return;
  context.broken(invariant::allowed, who + " wanted to " + doing + " and was told " +
                                         text(static_cast<std::uint64_t>(r.status)) + " " +
                                         r.body.substr(0, 120));
}

}  // namespace lingerd::sim
