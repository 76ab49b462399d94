#include "http/api/metrics.hpp"

#include "core/base/json_writer.hpp"

namespace lingerd {
namespace {

void one(std::string& out, std::string_view name, std::string_view type, std::string_view help,
         std::uint64_t value) {
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
  json_out::number(out, value);
  out += '\n';
}

}  // namespace

reply metrics::answer(const http_request& r, const byte_stream&) {
  if (r.path() != "/metrics") return refuse(error::not_found, "there is nothing at this address");
  const counters& c = in_.counted;
  const chat& talk = in_.talk;
  response answer;
  answer.type = "text/plain; version=0.0.4; charset=utf-8";
  std::string& out = answer.body;
  one(out, "connections_open", "gauge", "Connections open now.", c.open_connections);
  one(out, "connections_total", "counter", "Connections accepted.", c.connections);
  one(out, "requests_total", "counter", "Requests read.", c.requests);
  one(out, "polls_held", "gauge", "Polls held now.", c.held_now);
  one(out, "polls_held_total", "counter", "Polls that were held.", c.polls_held);
  one(out, "messages_total", "counter", "Messages accepted.", c.messages);
  one(out, "changes_pending", "gauge", "Changes that wait for the disk.", talk.pending());
  one(out, "users", "gauge", "Accounts.", talk.people().user_count());
  one(out, "last_id", "counter", "The newest published id.", talk.horizon());
  return answer;
}

}  // namespace lingerd
