#include "sim/world/check/response_checker.hpp"

#include "sim/world/check/json_fields.hpp"

namespace lingerd::sim {

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

std::uint64_t us_of(instant t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(t).count());
}

void check_acknowledged(world_context& context, attempt& a, const std::string& message,
                        send_path path, const requester::reply& reply, bool may_be_known) {
  // The answer to the tutorial's form has no id.
  const change_id id = path == send_path::form ? a.id : id_in(reply.body);
  if (a.id != id || id == 0) {
    context.report(invariant::kept, message + " was acknowledged as message " + text(id) +
                                        "; the stored one is " + text(a.id));
  }
  const bool is_repetition = path == send_path::json && reply.status == 200;
  if (is_repetition && !may_be_known) {
    context.report(invariant::once, message + " was answered as a repetition, but was sent once");
  }
  if (!a.is_acknowledged) context.acks.record(us_of(context.now() - a.began));
  a.is_acknowledged = true;
  if (path == send_path::form) context.count("acknowledged_by_form");
  if (path == send_path::websocket) context.count("acknowledged_on_websocket");
}

void check_refused(world_context& context, attempt& a, const std::string& message, send_path path) {
  a.is_refused = true;
  if (a.id != 0) {
    context.report(invariant::honest, message + " was refused, but is stored as " + text(a.id));
  }
  const bool is_right =
      a.target.is_group()
          ? context.oracle.was_outside_since(a.sender, a.target.group(), a.began)
          : context.oracle.were_strangers_since(a.sender, a.target.other_than(a.sender), a.began);
  if (!is_right) context.report(invariant::allowed, message + " was refused, but was allowed");
  context.count("refused");
  if (path == send_path::form) context.count("refused_by_form");
  if (path == send_path::websocket) context.count("refused_on_websocket");
}

}  // namespace

change_id id_in(const std::string& body) { return number_field(parse_object(body), "id"); }

bool check_message(world_context& context, const std::string& sender, std::uint32_t attempt,
                   send_path path, const requester::reply& reply, bool may_be_known) {
  sim::attempt& a = context.oracle.attempt_at(attempt);
  const std::string message = sender + "'s attempt " + text(attempt);
  switch (reply.status) {
    case 200:
    case 201: check_acknowledged(context, a, message, path, reply, may_be_known); return true;
    case 403:
    case 404: check_refused(context, a, message, path); return true;
    case 0:
    case 401:
    case 408:
    case 429:
    case 503:
    case 507: return false;
    default: report_unexpected(context, sender, "send a message", reply); return true;
  }
}

void report_unexpected(world_context& context, const std::string& sender,
                       const std::string& request, const requester::reply& reply) {
  if (reply.status == 0) return;
  context.report(invariant::allowed, sender + " tried to " + request + "; the answer was " +
                                         text(static_cast<std::uint64_t>(reply.status)) + " " +
                                         reply.body.substr(0, 120));
}

}  // namespace lingerd::sim
