#include "sim/world/check/start_checker.hpp"

#include <map>

#include "sim/world/check/json_fields.hpp"
#include "sim/world/check/message_checker.hpp"

namespace lingerd::sim {

namespace json = boost::json;

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

void check_start(world_context& context, user_id reader, const std::string& title,
                 const json::object& start) {
  const change_id cursor = number_field(start, "cursor");
  std::map<conversation, change_id> newest;
  for (const oracle_message& m : context.oracle.messages()) {
    if (m.id <= cursor && context.oracle.may_see(reader, m)) newest[m.conversation] = m.id;
  }
  const json::array* list = array_field(start, "conversations");
  if (!list) return context.report(invariant::honest, title + " got a start without conversations");
  for (const json::value& v : *list) {
    const json::object& c = v.get_object();
    const conversation target = conversation_of(c, reader, "with");
    const json::object* shown = object_field(c, "last");
    const change_id id = shown ? number_field(*shown, "id") : 0;
    const std::string name = text_field(c, "type") + " " + text(number_field(c, "with"));
    if (newest[target] != id) {
      return context.report(invariant::history,
                            title + "'s start at " + text(cursor) + " has message " + text(id) +
                                " as the newest of " + name + ", which is " + text(newest[target]));
    }
    const std::string difference =
        shown ? difference_from_stored(context, reader, *shown) : std::string();
    if (!difference.empty()) {
      return context.report(invariant::honest,
                            title + "'s start has message " + text(id) + ", which " + difference);
    }
    const change_id read = number_field(c, "read");
    const std::uint64_t unread = context.oracle.count_unread(reader, target, read, cursor);
    if (number_field(c, "unread") != unread) {
      return context.report(invariant::unread, title + " has " + text(number_field(c, "unread")) +
                                                   " unread in " + name + " (read up to " +
                                                   text(read) + ", cursor " + text(cursor) +
                                                   "); there are " + text(unread));
    }
    newest.erase(target);
  }
  if (!newest.empty()) {
    context.report(invariant::history, title + "'s start at " + text(cursor) +
                                           " lacks the conversation of message " +
                                           text(newest.begin()->second));
  }
}

void check_history(world_context& context, user_id reader, const std::string& title,
                   conversation conversation, change_id before, std::size_t limit,
                   change_id newest_when_asked, const json::object& page) {
  const json::array* list = array_field(page, "messages");
  if (!list) return context.report(invariant::history, title + " got a page without messages");
  std::vector<change_id> received;
  for (const json::value& v : *list) {
    const json::object& o = v.get_object();
    const std::string difference = difference_from_stored(context, reader, o);
    const change_id id = number_field(o, "id");
    if (!difference.empty()) {
      return context.report(invariant::history,
                            title + " got message " + text(id) + ", which " + difference);
    }
    received.push_back(id);
  }
  // The newest `limit` messages below `before` that the reader may see. More may have been stored
  // since the page was made, so it may end earlier, but not before newest_when_asked.
  std::vector<change_id> expected;
  for (const oracle_message& m : context.oracle.messages()) {
    if (m.conversation == conversation && m.id < before && context.oracle.may_see(reader, m))
      expected.push_back(m.id);
  }
  while (!expected.empty() && expected.back() > newest_when_asked &&
         (received.empty() || expected.back() > received.back())) {
    expected.pop_back();
  }
  const bool more = expected.size() > limit;
  if (more) expected.erase(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(limit));
  if (received != expected) {
    return context.report(invariant::history,
                          title + " got " + text(received.size()) + " messages up to " +
                              text(received.empty() ? 0 : received.back()) + "; the oracle has " +
                              text(expected.size()) + " up to " +
                              text(expected.empty() ? 0 : expected.back()));
  }
  const json::value* more_field = page.if_contains("more");
  if (!more_field || !more_field->is_bool() || more_field->get_bool() != more) {
    context.report(invariant::history, title + " got a page with a wrong \"more\"");
  }
}

}  // namespace lingerd::sim
