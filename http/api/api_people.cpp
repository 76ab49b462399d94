#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"
#include "core/chat/event_json.hpp"
#include "http/api/api.hpp"

// Friends and groups.
namespace lingerd::api {
namespace {

refusal bad_title() { return {error::bad_name, "this name will not do for a group"}; }

bool is_brief(std::string_view s, const limits& bounds) { return s.size() <= bounds.brief_bytes; }

response group_answer(const chat& chat, group_id g, int status) {
  response r;
  r.status = status;
  event_json::group(r.body, *chat.directory().group(g));
  return r;
}

// The wished size of a group, where one is given.
result<std::optional<std::uint32_t>> room_in(const boost::json::object& o, const limits& bounds) {
  const auto n = json_reader::maybe_number(o, "max_members");
  if (!n) return n.error();
  if (!*n) return std::optional<std::uint32_t>();
  if (**n == 0 || **n > bounds.members_per_group) {
    return refusal(error::bad_request,
                   "\"max_members\" must be 1 to " + std::to_string(bounds.members_per_group));
  }
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(**n));
}

}  // namespace

reply ask_friend(request_context& c) {
  const auto name = json_reader::text(c.body, "name");
  if (!name) return refuse(name.error());
  const person* other = c.in.chat.directory().user_named(*name);
  if (!other) return refuse(error::not_found, "there is no such user");
  if (other->id == c.who.user) return refuse(error::bad_request, "this would be oneself");
  lingerd::ask_friend ask;
  ask.user = c.who.user;
  ask.other = other->id;
  ask.now = c.in.chat.wall().now;
  chat& chat = c.in.chat;
  return committed(chat, change(ask), [&chat, me = ask.user, him = ask.other](const applied&) {
    response r;
    const friend_link* f = chat.directory().friendship_of(me, him);
    r.body = R"({"user":)";
    event_json::user(r.body, *chat.directory().user(him));
    r.body +=
        f && f->state == friendship::agreed ? R"(,"state":"agreed"})" : R"(,"state":"asked"})";
    return r;
  });
}

reply end_friendship(request_context& c) {
  lingerd::end_friendship end;
  end.user = c.who.user;
  end.other = party(c.ids[0]);
  end.now = c.in.chat.wall().now;
  return committed(c.in.chat, change(end));
}

reply add_group(request_context& c) {
  const limits& bounds = c.in.chat.bounds();
  auto name = json_reader::text(c.body, "name");
  if (!name) return refuse(name.error());
  if (!is_title(*name, bounds.group_name_bytes)) return refuse(bad_title());
  auto brief = json_reader::maybe_text(c.body, "brief");
  if (!brief) return refuse(brief.error());
  if (*brief && !is_brief(**brief, bounds)) {
    return refuse(error::too_large, "the brief is too long");
  }
  auto members = json_reader::users(c.body, "members");
  if (!members) return refuse(members.error());
  const auto room = room_in(c.body, bounds);
  if (!room) return refuse(room.error());
  lingerd::add_group add;
  add.initiator = add.owner = c.who.user;
  add.name = std::move(*name);
  add.brief = brief->value_or("");
  add.members = std::move(*members);
  add.max_members = room->value_or(0);
  chat& chat = c.in.chat;
  return committed(chat, change(std::move(add)),
                   [&chat](const applied& a) { return group_answer(chat, a.party, 201); });
}

reply edit_group(request_context& c) {
  const limits& bounds = c.in.chat.bounds();
  lingerd::edit_group edit;
  edit.initiator = c.who.user;
  edit.group = party(c.ids[0]);
  auto name = json_reader::maybe_text(c.body, "name");
  if (!name) return refuse(name.error());
  if (*name && !is_title(**name, bounds.group_name_bytes)) return refuse(bad_title());
  edit.name = std::move(*name);
  auto brief = json_reader::maybe_text(c.body, "brief");
  if (!brief) return refuse(brief.error());
  if (*brief && !is_brief(**brief, bounds)) {
    return refuse(error::too_large, "the brief is too long");
  }
  edit.brief = std::move(*brief);
  const auto owner = json_reader::maybe_number(c.body, "owner");
  if (!owner) return refuse(owner.error());
  if (*owner) edit.owner = party(**owner);
  const auto room = room_in(c.body, bounds);
  if (!room) return refuse(room.error());
  edit.max_members = *room;
  chat& chat = c.in.chat;
  return committed(chat, change(edit),
                   [&chat, g = edit.group](const applied&) { return group_answer(chat, g, 200); });
}

reply remove_group(request_context& c) {
  lingerd::remove_group remove;
  remove.initiator = c.who.user;
  remove.group = party(c.ids[0]);
  return committed(c.in.chat, change(remove));
}

reply add_member(request_context& c) {
  lingerd::add_member add;
  add.initiator = c.who.user;
  add.group = party(c.ids[0]);
  add.user = party(c.ids[1]);
  return committed(c.in.chat, change(add));
}

reply remove_member(request_context& c) {
  lingerd::remove_member remove;
  remove.initiator = c.who.user;
  remove.group = party(c.ids[0]);
  remove.user = party(c.ids[1]);
  return committed(c.in.chat, change(remove));
}

namespace {

reply set_rank(request_context& c, role rank) {
  set_role set;
  set.initiator = c.who.user;
  set.group = party(c.ids[0]);
  set.user = party(c.ids[1]);
  set.rank = rank;
  return committed(c.in.chat, change(set));
}

}  // namespace

reply add_admin(request_context& c) { return set_rank(c, role::admin); }
reply remove_admin(request_context& c) { return set_rank(c, role::member); }

}  // namespace lingerd::api
