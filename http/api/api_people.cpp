#include "core/base/json_writer.hpp"
#include "core/base/refusals.hpp"
#include "core/base/text.hpp"
#include "core/chat/event_json.hpp"
#include "http/api/api.hpp"
#include "http/protocol/field_reader.hpp"

// Friends and groups.
namespace lingerd::api {
namespace {

constexpr std::string_view bad_title = "this name will not do for a group";
constexpr std::string_view bad_brief = "the brief has control characters";

response group_answer(const chat& chat, group_id g, int status) {
  response r;
  r.status = status;
  event_json::group(r.body, *chat.directory().group(g));
  return r;
}

// The wished size of a group; none where no size is given.
std::optional<std::uint32_t> read_max_members(field_reader& fields, const limits& bounds) {
  const std::optional<std::uint64_t> wished = fields.optional_number("max_members");
  if (!wished) return {};
  if (*wished == 0 || *wished > bounds.members_per_group) {
    fields.refuse({error::bad_request,
                   "\"max_members\" must be 1 to " + std::to_string(bounds.members_per_group)});
  }
  return static_cast<std::uint32_t>(*wished);
}

}  // namespace

reply ask_friend(request_context& c) {
  field_reader fields(c.body);
  const std::string name = fields.text("name");
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  const person* other = c.app.chat.directory().user_named(name);
  if (!other) return refuse(refusals::no_such_user());
  if (other->id == c.caller.user) return refuse(error::bad_request, "this would be oneself");
  lingerd::ask_friend ask;
  ask.user = c.caller.user;
  ask.other = other->id;
  ask.now = c.app.chat.wall().now;
  chat& chat = c.app.chat;
  return commit_and_answer(
      chat, change(ask), [&chat, user = ask.user, other = ask.other](const applied&) {
        response r;
        const friend_link* f = chat.directory().friendship_of(user, other);
        r.body = R"({"user":)";
        event_json::user(r.body, *chat.directory().user(other));
        r.body +=
            f && f->state == friendship::agreed ? R"(,"state":"agreed"})" : R"(,"state":"asked"})";
        return r;
      });
}

reply end_friendship(request_context& c) {
  lingerd::end_friendship end;
  end.user = c.caller.user;
  end.other = party(c.path_numbers[0]);
  end.now = c.app.chat.wall().now;
  return commit_and_answer(c.app.chat, change(end));
}

reply add_group(request_context& c) {
  const limits& bounds = c.app.chat.bounds();
  field_reader fields(c.body);
  lingerd::add_group add;
  add.initiator = add.owner = c.caller.user;
  add.name = fields.text("name");
  fields.refuse_unless(is_title(add.name, bounds.group_name_bytes), error::bad_name, bad_title);
  add.brief = fields.optional_text("brief").value_or("");
  if (add.brief.size() > bounds.brief_bytes) fields.refuse(refusals::brief_too_long());
  fields.refuse_unless(is_brief(add.brief), error::bad_request, bad_brief);
  add.members = fields.users("members");
  add.max_members = read_max_members(fields, bounds).value_or(0);
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  chat& chat = c.app.chat;
  return commit_and_answer(chat, change(std::move(add)),
                           [&chat](const applied& a) { return group_answer(chat, a.party, 201); });
}

reply edit_group(request_context& c) {
  const limits& bounds = c.app.chat.bounds();
  field_reader fields(c.body);
  lingerd::edit_group edit;
  edit.initiator = c.caller.user;
  edit.group = party(c.path_numbers[0]);
  edit.name = fields.optional_text("name");
  fields.refuse_unless(!edit.name || is_title(*edit.name, bounds.group_name_bytes), error::bad_name,
                       bad_title);
  edit.brief = fields.optional_text("brief");
  if (edit.brief && edit.brief->size() > bounds.brief_bytes) {
    fields.refuse(refusals::brief_too_long());
  }
  fields.refuse_unless(!edit.brief || is_brief(*edit.brief), error::bad_request, bad_brief);
  if (const auto owner = fields.optional_number("owner")) edit.owner = party(*owner);
  edit.max_members = read_max_members(fields, bounds);
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  chat& chat = c.app.chat;
  return commit_and_answer(chat, change(edit), [&chat, g = edit.group](const applied&) {
    return group_answer(chat, g, 200);
  });
}

reply remove_group(request_context& c) {
  lingerd::remove_group remove;
  remove.initiator = c.caller.user;
  remove.group = party(c.path_numbers[0]);
  return commit_and_answer(c.app.chat, change(remove));
}

reply add_member(request_context& c) {
  lingerd::add_member add;
  add.initiator = c.caller.user;
  add.group = party(c.path_numbers[0]);
  add.user = party(c.path_numbers[1]);
  return commit_and_answer(c.app.chat, change(add));
}

reply remove_member(request_context& c) {
  lingerd::remove_member remove;
  remove.initiator = c.caller.user;
  remove.group = party(c.path_numbers[0]);
  remove.user = party(c.path_numbers[1]);
  return commit_and_answer(c.app.chat, change(remove));
}

namespace {

reply set_rank(request_context& c, role rank) {
  set_role set;
  set.initiator = c.caller.user;
  set.group = party(c.path_numbers[0]);
  set.user = party(c.path_numbers[1]);
  set.rank = rank;
  return commit_and_answer(c.app.chat, change(set));
}

}  // namespace

reply add_admin(request_context& c) { return set_rank(c, role::admin); }
reply remove_admin(request_context& c) { return set_rank(c, role::member); }

}  // namespace lingerd::api
