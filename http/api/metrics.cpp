#include "http/api/metrics.hpp"

#include "core/base/json_writer.hpp"
#include "core/base/refusals.hpp"

namespace lingerd {
namespace {

void append_metric(std::string& out, std::string_view name, std::string_view type,
                   std::string_view help, std::uint64_t value) {
  out += "# HELP linger_";
  out += name;
  out += ' ';
  out += help;
  out += "\n# TYPE linger_";
  out += name;
  out += ' ';
  out += type;
  out += "\nlinger_";
  out += name;
  out += ' ';
  json_writer::number(out, value);
  out += '\n';
}

}  // namespace

reply metrics::answer(const http_request& r, const byte_stream&) {
  if (r.path() != "/metrics") return refuse(refusals::nothing_here());
  const counters& c = app_.counters;
  const chat& chat = app_.chat;
  response answer;
  answer.type = "text/plain; version=0.0.4; charset=utf-8";
  std::string& out = answer.body;
  append_metric(out, "connections_open", "gauge", "Connections open now.", c.open_connections);
  append_metric(out, "connections_total", "counter", "Connections accepted.", c.connections);
  append_metric(out, "requests_total", "counter", "Requests read.", c.requests);
  append_metric(out, "polls_held", "gauge", "Polls held now.", c.held_now);
  append_metric(out, "polls_held_total", "counter", "Polls that were held.", c.polls_held);
  append_metric(out, "messages_total", "counter", "Messages accepted.", c.messages);
  append_metric(out, "changes_pending", "gauge", "Changes that wait for the disk.", chat.pending());
  append_metric(out, "users", "gauge", "Accounts.", chat.directory().user_count());
  append_metric(out, "last_id", "counter", "The newest published id.", chat.horizon());
  return answer;
}

}  // namespace lingerd
