#include <algorithm>

#include "core/base/coverage.hpp"
#include "core/base/json_writer.hpp"
#include "core/chat/chat.hpp"
#include "core/chat/event_json.hpp"
#include "core/chat/planted_feed_faults.hpp"
#include "core/chat/rules.hpp"
#include "core/loop/one_shot.hpp"

// (user, cursor) → the next batch of his stream: from the ring where it reaches back far enough,
// else from the store; and history.
namespace lingerd {
namespace {

struct item {
  change_id id = 0;
  std::string bytes;
};

// Newest values of states that changed above `after` and concern the reader.
class state_reader {
 public:
  state_reader(const directory& people, const person& reader, change_id after)
      : directory_(people), reader_(reader), after_(after) {}

  std::vector<item> read() {
    friendships();
    groups();
    profiles();
    read_marks();
    return std::move(found_);
  }

 private:
  template <class Encode>
  void add(change_id id, Encode encode) {
    if (id <= after_) return;
    item one;
    one.id = id;
    encode(one.bytes);
    found_.push_back(std::move(one));
  }

  void friendships() {
    for (const friend_link& f : reader_.friends) {
      const person* other = directory_.user(f.other);
      if (!other) continue;
      add(f.changed,
          [&](std::string& out) { event_json::friend_state(out, *other, f.state, f.changed); });
      seen_.push_back(f.other);
    }
  }

  void groups() {
    for (const group_id id : reader_.groups) {
      const group* g = directory_.group(id);
      const member_link* m = g->member(reader_.id);
      if (m->is_in()) {
        add(g->changed,
            [&](std::string& out) { event_json::group_state(out, directory_, *g, g->changed); });
        for (const member_link& other : g->members) {
          if (other.is_in()) seen_.push_back(other.user);
        }
      } else {
        const change_id left = m->stays.back().until;
        add(left, [&](std::string& out) { event_json::group_left(out, id, left); });
      }
    }
  }

  void profiles() {
    seen_.push_back(reader_.id);
    std::sort(seen_.begin(), seen_.end());
    seen_.erase(std::unique(seen_.begin(), seen_.end()), seen_.end());
    for (const user_id u : seen_) {
      const person* p = directory_.user(u);
      if (!p) continue;
      add(p->changed, [&](std::string& out) { event_json::profile(out, *p, p->changed); });
    }
  }

  void read_marks() {
    for (const read_mark& r : reader_.reads) {
      add(r.changed, [&](std::string& out) {
        event_json::read(out, reader_.id, r.conversation, r.up_to, r.changed);
      });
    }
    for (const friend_link& f : reader_.friends) {
      const conversation conversation = conversation::single(reader_.id, f.other);
      const read_mark* r = directory_.read_mark_of(f.other, conversation);
      if (!r) continue;
      add(r->changed, [&](std::string& out) {
        event_json::read(out, f.other, conversation, r->up_to, r->changed);
      });
    }
  }

  const directory& directory_;
  const person& reader_;
  const change_id after_;
  std::vector<item> found_;
  std::vector<user_id> seen_;
};

// Where messages above `after` may lie that the reader sees, none beyond the horizon.
std::vector<message_range> ranges_with_news(const directory& directory, const person& reader,
                                            change_id after, change_id horizon) {
  std::vector<message_range> ranges;
  for (const friend_link& f : reader.friends) {
    const conversation in = conversation::single(reader.id, f.other);
    const message_head* head = directory.newest(in);
    if (head && head->id > after) ranges.push_back({in, after, horizon + 1});
  }
  for (const group_id g : reader.groups) {
    const conversation target = conversation::group(g);
    const message_head* head = directory.newest(target);
    if (!head || head->id <= after) continue;
    for (const interval& s : directory.group(g)->member(reader.id)->stays) {
      const change_id until = s.until == 0 ? horizon + 1 : s.until;
      if (until > after + 1) ranges.push_back({target, std::max(after, s.from), until});
    }
  }
  return ranges;
}

// An encoded message as the tutorial's page reads it.
void append_classic(std::string& out, std::string_view event) {
  constexpr std::string_view head = R"({"event":"message",)";
  out += '{';
  out += event.substr(head.size());
}

}  // namespace

std::optional<batch> chat::at_hand(const person& reader, change_id after, view as) {
  if (!state_.fanout.collect(reader, after, found_)) {
    coverage::hit(coverage::branch::ring_too_short);
    return std::nullopt;
  }
  planted::damage_batch(found_, reader.id);
  if (planted::is(planted::fault::swapped_at_cut) && found_.size() > bounds_.batch_events) {
    std::swap(found_[bounds_.batch_events - 1], found_[bounds_.batch_events]);
  }
  batch b;
  b.next = state_.horizon;
  std::size_t taken = 0;
  change_id last = after;
  // Mostly there is one, which then takes one piece of memory instead of five that grow.
  if (!found_.empty()) b.events.reserve(found_.front()->bytes.size() + 64);
  for (const fanout::event* e : found_) {
    if (taken == bounds_.batch_events || b.events.size() > bounds_.batch_bytes) {
      coverage::hit(coverage::branch::batch_cut);
      b.more = true;
      b.next = planted::is(planted::fault::more_off_by_one) ? e->id : last;
      break;
    }
    last = e->id;
    if (as == view::classic && (!e->is_message || e->sender == reader.id)) continue;
    ++taken;
    const bool is_own = e->sender == reader.id || planted::is(planted::fault::wrong_reader);
    if (!e->cid.empty() && is_own) {
      std::string own;
      event_json::with_cid(own, e->bytes, e->cid);
      put(b.events, as, e->id, own);
    } else {
      put(b.events, as, e->id, e->bytes);
    }
  }
  return b;
}

void chat::put(std::string& out, view as, change_id id, std::string_view event) const {
  if (as == view::sse) {
    out += "id: ";
    out += state_.epoch;
    out += '.';
    json_writer::number(out, id);
    out += "\ndata: ";
    out += event;
    out += "\n\n";
    return;
  }
  if (!out.empty()) out += ',';
  if (as == view::classic) {
    append_classic(out, event);
  } else {
    out += event;
  }
}

task<result<batch>> chat::from_store(user_id reader_id, change_id after, view as) {
  // The states as they are now belong to the horizon of now: both are taken before the wait.
  const person* reader = state_.directory.user(reader_id);
  if (!reader) co_return refusal(error::not_found, "there is no such user");
  const change_id horizon = state_.horizon;
  std::vector<item> items;
  if (as != view::classic) items = state_reader(state_.directory, *reader, after).read();
  const bool reads_on = planted::is(planted::fault::past_horizon);
  std::vector<message_range> ranges =
      ranges_with_news(state_.directory, *reader, after, reads_on ? change_id_max - 1 : horizon);

  batch b;
  b.next = horizon;
  if (!ranges.empty()) {
    if (store_.pending() > 0) coverage::hit(coverage::branch::read_while_committing);
    one_shot<result<message_list>> reply(loop_);
    store_.read_forward(std::move(ranges), bounds_.batch_events, bounds_.batch_bytes,
                        reply.callback());
    co_await reply.asleep.wait(wake::done);
    result<message_list> list = reply.take();
    if (!list) co_return list.error();
    if (list->truncated && !list->messages.empty()) {
      coverage::hit(coverage::branch::batch_cut_store);
      b.more = true;
      b.next = list->messages.back().head.id;
      // States above wait for the batches that reach them.
      std::erase_if(items, [&](const item& i) { return i.id > b.next; });
    }
    for (const message_row& m : list->messages) {
      if (as == view::classic && m.head.from == reader_id) continue;
      item one;
      one.id = m.head.id;
      event_json::message_for(one.bytes, m, reader_id);
      items.push_back(std::move(one));
    }
  }
  std::sort(items.begin(), items.end(), [](const item& x, const item& y) { return x.id < y.id; });
  std::size_t taken = 0;
  for (const item& i : items) {
    if (taken == bounds_.batch_events || b.events.size() > bounds_.batch_bytes) {
      b.more = true;
      b.next = items[taken - 1].id;
      break;
    }
    ++taken;
    put(b.events, as, i.id, i.bytes);
  }
  co_return b;
}

}  // namespace lingerd
