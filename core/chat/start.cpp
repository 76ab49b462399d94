#include "core/chat/start.hpp"

#include <algorithm>
#include <vector>

#include "core/base/json_writer.hpp"
#include "core/base/refusals.hpp"
#include "core/chat/event_json.hpp"
#include "core/loop/one_shot.hpp"

namespace lingerd {
namespace {

using json_writer::number;

// One conversation as the start shows it, before its last message is read from the store.
struct shown {
  lingerd::conversation conversation;
  std::uint64_t unread = 0;
  change_id read = 0;
  change_id read_by_other = 0;  // up to where the other has read; of two users alone
  const group* left = nullptr;  // a group that the reader has left
};

class start_writer {
 public:
  start_writer(const directory& directory, const person& me) : directory_(directory), me_(me) {}

  void users(std::string& out) {
    std::vector<user_id> visible;
    for (const friend_link& f : me_.friends) {
      const conversation target = conversation::single(me_.id, f.other);
      if (f.state != friendship::none || directory_.newest(target)) visible.push_back(f.other);
    }
    for (const group_id g : me_.groups) {
      if (!directory_.is_member(g, me_.id)) continue;
      for (const member_link& m : directory_.group(g)->members) {
        if (m.is_in()) visible.push_back(m.user);
      }
    }
    std::sort(visible.begin(), visible.end());
    visible.erase(std::unique(visible.begin(), visible.end()), visible.end());
    out += R"("users":[)";
    for (const user_id u : visible) {
      const person* p = directory_.user(u);
      if (!p || u == me_.id) continue;
      comma(out);
      event_json::user(out, *p);
    }
    out += ']';
  }

  void friends(std::string& out) {
    out += R"("friends":[)";
    each_friend(friendship::agreed, [&](const friend_link& f) {
      comma(out);
      number(out, f.other);
    });
    out += R"(],"requests":[)";
    each_friend(friendship::asked_me, [&](const friend_link& f) {
      comma(out);
      out += R"({"user":)";
      number(out, f.other);
      out += R"(,"at":)";
      json_writer::timestamp(out, f.since);
      out += '}';
    });
    out += R"(],"asked":[)";
    each_friend(friendship::asked, [&](const friend_link& f) {
      comma(out);
      number(out, f.other);
    });
    out += ']';
  }

  void groups(std::string& out) {
    out += R"("groups":[)";
    for (const group_id g : me_.groups) {
      if (!directory_.is_member(g, me_.id)) continue;
      comma(out);
      event_json::group(out, *directory_.group(g));
    }
    out += ']';
  }

  std::vector<shown> conversations() {
    std::vector<shown> all;
    for (const friend_link& f : me_.friends) {
      add(all, conversation::single(me_.id, f.other), nullptr);
    }
    for (const group_id g : me_.groups) {
      add(all, conversation::group(g),
          directory_.is_member(g, me_.id) ? nullptr : directory_.group(g));
    }
    return all;
  }

 private:
  static void comma(std::string& out) {
    if (out.back() != '[') out += ',';
  }

  template <class Visit>
  void each_friend(friendship state, Visit visit) {
    for (const friend_link& f : me_.friends) {
      if (f.state == state) visit(f);
    }
  }

  void add(std::vector<shown>& all, conversation conversation, const group* left) {
    if (!directory_.newest(conversation)) return;
    const read_mark* r = directory_.read_mark_of(me_.id, conversation);
    shown s;
    s.conversation = conversation;
    s.unread = directory_.unread(me_.id, conversation);
    s.read = r ? r->up_to : 0;
    if (!conversation.is_group()) {
      const read_mark* other =
          directory_.read_mark_of(conversation.other_than(me_.id), conversation);
      s.read_by_other = other ? other->up_to : 0;
    }
    s.left = left;
    all.push_back(s);
  }

  const directory& directory_;
  const person& me_;
};

// The range that holds the newest message the reader sees in the conversation.
std::vector<message_range> newest_ranges(const directory& directory, user_id reader,
                                         const std::vector<shown>& all, change_id horizon) {
  std::vector<message_range> ranges;
  for (const shown& s : all) {
    if (!s.conversation.is_group()) {
      ranges.push_back({s.conversation, 0, horizon + 1});
      continue;
    }
    for (const interval& stay : directory.group(s.conversation.group())->member(reader)->stays) {
      ranges.push_back({s.conversation, stay.from, stay.until == 0 ? horizon + 1 : stay.until});
    }
  }
  return ranges;
}

}  // namespace

task<result<std::string>> read_start(lingerd::loop& loop, const chat_state& state, store& store,
                                     read_marks& reads, user_id reader) {
  // What the reader has just read counts as read here. A full disk keeps the mark gathered, and the
  // start goes on.
  co_await reads.flush_of(reader);

  const person* me = state.directory.user(reader);
  if (!me) co_return refusals::no_such_user();
  // All of it is taken at this cursor, before the wait for the last messages, none of which lies
  // beyond.
  const change_id cursor = state.horizon;
  std::string out = R"({"epoch":)";
  json_writer::quote(out, state.epoch);
  out += R"(,"cursor":)";
  number(out, cursor);
  out += R"(,"me":)";
  event_json::user_open(out, *me);
  out += R"(,"admin":)";
  json_writer::boolean(out, me->admin);
  out += "},";
  start_writer writer(state.directory, *me);
  writer.users(out);
  out += ',';
  writer.friends(out);
  out += ',';
  writer.groups(out);
  const std::vector<shown> all = writer.conversations();
  std::vector<message_range> ranges = newest_ranges(state.directory, reader, all, cursor);
  std::vector<std::string> left_names;
  for (const shown& s : all) left_names.push_back(s.left ? s.left->name : std::string());

  message_list last;
  if (!ranges.empty()) {
    one_shot<result<message_list>> reply(loop);
    store.read_newest(std::move(ranges), reply.callback());
    co_await reply.asleep.wait(wake::done);
    result<message_list> list = reply.take();
    if (!list) co_return list.error();
    last = std::move(*list);
  }
  out += R"(,"conversations":[)";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const shown& s = all[i];
    const message_row* newest = nullptr;
    for (const message_row& m : last.messages) {
      if (m.conversation == s.conversation && (!newest || m.head.id > newest->head.id)) newest = &m;
    }
    if (!newest) continue;  // nothing that the reader may see
    if (out.back() != '[') out += ',';
    out += '{';
    event_json::conversation_of(out, s.conversation, reader);
    if (s.left) {
      out += R"(,"left":true,"name":)";
      json_writer::quote(out, left_names[i]);
    }
    out += R"(,"last":)";
    event_json::message_for(out, *newest, reader);
    out += R"(,"unread":)";
    number(out, s.unread);
    out += R"(,"read":)";
    number(out, s.read);
    if (!s.conversation.is_group()) {
      out += R"(,"seen":)";
      number(out, s.read_by_other);
    }
    out += '}';
  }
  out += R"(],)";
  // A level, not part of the cursor: as it is after the wait.
  state.presence.append(out, *state.directory.user(reader));
  co_return out;
}

}  // namespace lingerd
