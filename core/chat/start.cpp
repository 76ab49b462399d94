#include <algorithm>

#include "core/loop/one_shot.hpp"
#include "core/chat/chat.hpp"
#include "core/base/json_writer.hpp"
#include "core/chat/event_json.hpp"

// Everything a fresh page needs, at one cursor.
namespace lingerd {
namespace {

using json_out::number;

// One conversation as the start shows it, before its last message is read.
struct shown {
  conversation in;
  std::uint64_t unread = 0;
  change_id read = 0;
  change_id seen = 0;           // what the other has read, where there is one other
  const group* left = nullptr;  // a group that he is no longer in
};

class start_writer {
 public:
  start_writer(const directory& people, const person& me) : people_(people), me_(me) {}

  void people(std::string& out) {
    std::vector<user_id> seen;
    for (const friend_link& f : me_.friends) {
      const conversation in = conversation::single(me_.id, f.other);
      if (f.state != friendship::none || people_.newest(in)) seen.push_back(f.other);
    }
    for (const group_id g : me_.groups) {
      if (!people_.is_member(g, me_.id)) continue;
      for (const member_link& m : people_.group(g)->members) {
        if (m.is_in()) seen.push_back(m.user);
      }
    }
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    out += R"("users":[)";
    for (const user_id u : seen) {
      const person* p = people_.user(u);
      if (!p || u == me_.id) continue;
      comma(out);
      wire::user(out, *p);
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
      json_out::timestamp(out, f.since);
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
      if (!people_.is_member(g, me_.id)) continue;
      comma(out);
      wire::group(out, *people_.group(g));
    }
    out += ']';
  }

  std::vector<shown> conversations() {
    std::vector<shown> all;
    for (const friend_link& f : me_.friends) {
      add(all, conversation::single(me_.id, f.other), nullptr);
    }
    for (const group_id g : me_.groups) {
      add(all, conversation::group(g), people_.is_member(g, me_.id) ? nullptr : people_.group(g));
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

  void add(std::vector<shown>& all, conversation in, const group* left) {
    if (!people_.newest(in)) return;
    const read_mark* r = people_.read_mark_of(me_.id, in);
    shown s;
    s.in = in;
    s.unread = people_.unread(me_.id, in);
    s.read = r ? r->up_to : 0;
    if (!in.is_group()) {
      const read_mark* his = people_.read_mark_of(in.other_than(me_.id), in);
      s.seen = his ? his->up_to : 0;
    }
    s.left = left;
    all.push_back(s);
  }

  const directory& people_;
  const person& me_;
};

// The range that holds the newest message the reader sees in the conversation.
std::vector<message_range> newest_ranges(const directory& people, user_id reader,
                                         const std::vector<shown>& all, change_id horizon) {
  std::vector<message_range> ranges;
  for (const shown& s : all) {
    if (!s.in.is_group()) {
      ranges.push_back({s.in, 0, horizon + 1});
      continue;
    }
    for (const interval& stay : people.group(s.in.group())->member(reader)->stays) {
      ranges.push_back({s.in, stay.from, stay.until == 0 ? horizon + 1 : stay.until});
    }
  }
  return ranges;
}

}  // namespace

task<result<std::string>> chat::start(user_id reader) {
  // What he has just read counts as read here.
  for (;;) {
    const auto mine = reads_.lower_bound({reader, conversation{}});
    if (mine == reads_.end() || mine->first.first != reader) break;
    lingerd::mark_read m;
    m.user = reader;
    m.in = mine->first.second;
    m.up_to = mine->second;
    reads_.erase(mine);
    change c = m;
    // A full disk keeps the mark where it was for now, and the start goes on.
    const result<applied> done = co_await commit(std::move(c));
    if (done) continue;
    const bool may_pass =
        done.error().code == error::storage_full || done.error().code == error::overloaded;
    if (may_pass) gather_read(m.user, m.in, m.up_to);
    break;
  }

  const person* me = people_.user(reader);
  if (!me) co_return refusal(error::not_found, "there is no such user");
  // All of it as it is now, before the wait for the last messages; none of those lies beyond it.
  const change_id cursor = horizon_;
  std::string out = R"({"epoch":)";
  json_out::quote(out, epoch_);
  out += R"(,"cursor":)";
  number(out, cursor);
  out += R"(,"me":)";
  wire::user_open(out, *me);
  out += R"(,"admin":)";
  json_out::boolean(out, me->admin);
  out += "},";
  start_writer writer(people_, *me);
  writer.people(out);
  out += ',';
  writer.friends(out);
  out += ',';
  writer.groups(out);
  const std::vector<shown> all = writer.conversations();
  std::vector<message_range> ranges = newest_ranges(people_, reader, all, cursor);
  std::vector<std::string> left_names;
  for (const shown& s : all) left_names.push_back(s.left ? s.left->name : std::string());

  message_list last;
  if (!ranges.empty()) {
    answer<result<message_list>> reply(loop_);
    store_.read_newest(std::move(ranges), reply.taker());
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
      if (m.in == s.in && (!newest || m.head.id > newest->head.id)) newest = &m;
    }
    if (!newest) continue;  // nothing that he may see
    if (out.back() != '[') out += ',';
    out += '{';
    wire::conversation_of(out, s.in, reader);
    if (s.left) {
      out += R"(,"left":true,"name":)";
      json_out::quote(out, left_names[i]);
    }
    out += R"(,"last":)";
    if (newest->head.from == reader) {
      wire::message_for_sender(out, *newest);
    } else {
      wire::message(out, *newest);
    }
    out += R"(,"unread":)";
    number(out, s.unread);
    out += R"(,"read":)";
    number(out, s.read);
    if (!s.in.is_group()) {
      out += R"(,"seen":)";
      number(out, s.seen);
    }
    out += '}';
  }
  out += R"(],)";
  // As it is after the wait: a level, not part of the cursor.
  presence_.append(out, *people_.user(reader));
  co_return out;
}

}  // namespace lingerd
