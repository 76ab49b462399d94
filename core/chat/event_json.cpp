#include "core/chat/event_json.hpp"

#include "core/base/json_writer.hpp"

namespace lingerd::event_json {

using json_writer::number;
using json_writer::quote;

namespace {

constexpr std::size_t members_named_max = 200;

void message_open(std::string& out, const message_row& m) {
  out += R"({"event":"message","id":)";
  number(out, m.head.id);
  out += R"(,"timestamp":)";
  json_writer::timestamp(out, m.timestamp);
  out += R"(,"from":)";
  number(out, m.head.sender);
  out += R"(,"to":)";
  number(out, m.conversation.is_group() ? m.conversation.group()
                                        : m.conversation.other_than(m.head.sender));
  out += m.conversation.is_group() ? R"(,"type":"group","msg":)" : R"(,"type":"single","msg":)";
  quote(out, m.text);
  if (m.unsynced) out += R"(,"clock":"unsynced")";
}

void id_of(std::string& out, change_id id) {
  out += R"(,"id":)";
  number(out, id);
}

}  // namespace

void message(std::string& out, const message_row& m) {
  message_open(out, m);
  out += '}';
}

void message_for_sender(std::string& out, const message_row& m) {
  message_open(out, m);
  if (!m.cid.empty()) {
    out += R"(,"cid":)";
    quote(out, m.cid);
  }
  out += '}';
}

void message_for(std::string& out, const message_row& m, user_id reader) {
  if (m.head.sender == reader) {
    message_for_sender(out, m);
  } else {
    message(out, m);
  }
}

void with_cid(std::string& out, std::string_view event, std::string_view cid) {
  out.append(event, 0, event.size() - 1);
  out += R"(,"cid":)";
  quote(out, cid);
  out += '}';
}

void conversation_of(std::string& out, conversation conversation, user_id reader) {
  out += conversation.is_group() ? R"("type":"group","with":)" : R"("type":"single","with":)";
  number(out, conversation.is_group() ? conversation.group() : conversation.other_than(reader));
}

void read(std::string& out, user_id user, conversation conversation, change_id up_to,
          change_id id) {
  out += R"({"event":"read")";
  id_of(out, id);
  out += R"(,"user":)";
  number(out, user);
  out += ',';
  conversation_of(out, conversation, user);
  out += R"(,"up_to":)";
  number(out, up_to);
  out += '}';
}

void user_open(std::string& out, const person& person) {
  out += R"({"id":)";
  number(out, person.id);
  out += R"(,"name":)";
  quote(out, person.name);
  out += R"(,"display":)";
  quote(out, person.display);
}

void user(std::string& out, const person& person) {
  user_open(out, person);
  out += '}';
}

void friend_state(std::string& out, const person& other, friendship state, change_id id) {
  out += R"({"event":"friend")";
  id_of(out, id);
  out += R"(,"user":)";
  user(out, other);
  out += R"(,"state":")";
  switch (state) {
    case friendship::none: out += "none"; break;
    case friendship::asked: out += "asked"; break;
    case friendship::asked_me: out += "asked_me"; break;
    case friendship::agreed: out += "agreed"; break;
  }
  out += "\"}";
}

void profile(std::string& out, const person& person, change_id id) {
  out += R"({"event":"profile")";
  id_of(out, id);
  out += R"(,"user":)";
  user(out, person);
  out += '}';
}

void group(std::string& out, const lingerd::group& g) {
  out += R"({"id":)";
  number(out, g.id);
  out += R"(,"name":)";
  quote(out, g.name);
  out += R"(,"brief":)";
  quote(out, g.brief);
  out += R"(,"owner":)";
  number(out, g.owner);
  const auto list = [&](auto wanted) {
    bool first = true;
    for (const member_link& m : g.members) {
      if (!m.is_in() || !wanted(m)) continue;
      if (!first) out += ',';
      first = false;
      number(out, m.user);
    }
  };
  out += R"(,"admins":[)";
  list([](const member_link& m) { return m.rank == role::admin; });
  out += R"(],"members":[)";
  list([](const member_link&) { return true; });
  out += R"(],"max_members":)";
  number(out, g.max_members);
  out += '}';
}

void group_state(std::string& out, const directory& d, const lingerd::group& g, change_id id) {
  out += R"({"event":"group")";
  id_of(out, id);
  out += R"(,"group":)";
  group(out, g);
  std::size_t present = 0;
  for (const member_link& m : g.members) present += m.is_in();
  if (present <= members_named_max) {
    out += R"(,"users":[)";
    bool first = true;
    for (const member_link& m : g.members) {
      const person* p = d.user(m.user);
      if (!m.is_in() || !p) continue;
      if (!first) out += ',';
      first = false;
      user(out, *p);
    }
    out += ']';
  }
  out += '}';
}

void group_left(std::string& out, group_id g, change_id id) {
  out += R"({"event":"group")";
  id_of(out, id);
  out += R"(,"group":{"id":)";
  number(out, g);
  out += R"(},"left":true})";
}

void typing(std::string& out, user_id user, bool in_group, std::uint32_t target) {
  out += R"({"event":"typing","user":)";
  number(out, user);
  out += in_group ? R"(,"type":"group","to":)" : R"(,"type":"single","to":)";
  number(out, target);
  out += '}';
}

}  // namespace lingerd::event_json
