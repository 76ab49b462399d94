#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"
#include "core/chat/event_json.hpp"
#include "http/api/api.hpp"

// Friends and groups.
namespace lingerd::api {
namespace {

refusal bad_title() { return {error::bad_name, "this name will not do for a group"}; }

bool is_brief(std::string_view s, const limits& bounds) { return s.size() <= bounds.brief_bytes; }

response group_answer(const chat& talk, group_id g, int status) {
  response r;
  r.status = status;
  wire::group(r.body, *talk.people().group(g));
  return r;
}

// The wished size of a group, where one is given.
result<std::optional<std::uint32_t>> room_in(const boost::json::object& o, const limits& bounds) {
  const auto n = json_in::maybe_number(o, "max_members");
  if (!n) return n.error();
  if (!*n) return std::optional<std::uint32_t>();
  if (**n == 0 || **n > bounds.members_per_group) {
    return refusal(error::bad_request,
                   "\"max_members\" must be 1 to " + std::to_string(bounds.members_per_group));
  }
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(**n));
}

}  // namespace

reply ask_friend(call& c) {
  const auto name = json_in::text(c.body, "name");
  if (!name) return refuse(name.error());
  const person* other = c.in.talk.people().user_named(*name);
  if (!other) return refuse(error::not_found, "there is no such user");
  if (other->id == c.who.user) return refuse(error::bad_request, "this would be oneself");
  lingerd::ask_friend ask;
  ask.user = c.who.user;
  ask.other = other->id;
  ask.now = c.in.talk.wall().now;
  chat& talk = c.in.talk;
  return committed(talk, change(ask), [&talk, me = ask.user, him = ask.other](const applied&) {
    response r;
    const friend_link* f = talk.people().friendship_of(me, him);
    r.body = R"({"user":)";
    wire::user(r.body, *talk.people().user(him));
    r.body +=
        f && f->state == friendship::agreed ? R"(,"state":"agreed"})" : R"(,"state":"asked"})";
    return r;
  });
}

reply end_friendship(call& c) {
  lingerd::end_friendship end;
  end.user = c.who.user;
  end.other = party(c.ids[0]);
  end.now = c.in.talk.wall().now;
  return committed(c.in.talk, change(end));
}

reply add_group(call& c) {
  const limits& bounds = c.in.talk.bounds();
  auto name = json_in::text(c.body, "name");
  if (!name) return refuse(name.error());
  if (!is_title(*name, bounds.group_name_bytes)) return refuse(bad_title());
  auto brief = json_in::maybe_text(c.body, "brief");
  if (!brief) return refuse(brief.error());
  if (*brief && !is_brief(**brief, bounds)) {
    return refuse(error::too_large, "the brief is too long");
  }
  auto members = json_in::users(c.body, "members");
  if (!members) return refuse(members.error());
  const auto room = room_in(c.body, bounds);
  if (!room) return refuse(room.error());
  lingerd::add_group add;
  add.by = add.owner = c.who.user;
  add.name = std::move(*name);
  add.brief = brief->value_or("");
  add.members = std::move(*members);
  add.max_members = room->value_or(0);
  chat& talk = c.in.talk;
  return committed(talk, change(std::move(add)),
                   [&talk](const applied& a) { return group_answer(talk, a.party, 201); });
}

reply edit_group(call& c) {
  const limits& bounds = c.in.talk.bounds();
  lingerd::edit_group edit;
  edit.by = c.who.user;
  edit.group = party(c.ids[0]);
  auto name = json_in::maybe_text(c.body, "name");
  if (!name) return refuse(name.error());
  if (*name && !is_title(**name, bounds.group_name_bytes)) return refuse(bad_title());
  edit.name = std::move(*name);
  auto brief = json_in::maybe_text(c.body, "brief");
  if (!brief) return refuse(brief.error());
  if (*brief && !is_brief(**brief, bounds)) {
    return refuse(error::too_large, "the brief is too long");
  }
  edit.brief = std::move(*brief);
  const auto owner = json_in::maybe_number(c.body, "owner");
  if (!owner) return refuse(owner.error());
  if (*owner) edit.owner = party(**owner);
  const auto room = room_in(c.body, bounds);
  if (!room) return refuse(room.error());
  edit.max_members = *room;
  chat& talk = c.in.talk;
  return committed(talk, change(edit),
                   [&talk, g = edit.group](const applied&) { return group_answer(talk, g, 200); });
}

reply remove_group(call& c) {
  lingerd::remove_group remove;
  remove.by = c.who.user;
  remove.group = party(c.ids[0]);
  return committed(c.in.talk, change(remove));
}

reply add_member(call& c) {
  lingerd::add_member add;
  add.by = c.who.user;
  add.group = party(c.ids[0]);
  add.user = party(c.ids[1]);
  return committed(c.in.talk, change(add));
}

reply remove_member(call& c) {
  lingerd::remove_member remove;
  remove.by = c.who.user;
  remove.group = party(c.ids[0]);
  remove.user = party(c.ids[1]);
  return committed(c.in.talk, change(remove));
}

namespace {

reply set_rank(call& c, role rank) {
  set_role set;
  set.by = c.who.user;
  set.group = party(c.ids[0]);
  set.user = party(c.ids[1]);
  set.rank = rank;
  return committed(c.in.talk, change(set));
}

}  // namespace

reply add_admin(call& c) { return set_rank(c, role::admin); }
reply remove_admin(call& c) { return set_rank(c, role::member); }

}  // namespace lingerd::api
