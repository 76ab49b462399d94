#include "core/chat/feed.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/coverage.hpp"
#include "core/base/refusals.hpp"
#include "core/chat/changed_states.hpp"
#include "core/chat/event_json.hpp"
#include "core/chat/planted_feed_faults.hpp"
#include "core/loop/one_shot.hpp"

namespace lingerd {
namespace {

// Where messages above `after` may lie that the reader sees, none beyond the horizon.
std::vector<message_range> ranges_with_news(const directory& directory, const person& reader,
                                            change_id after, change_id horizon) {
  std::vector<message_range> ranges;
  for (const friend_link& f : reader.friends) {
    const conversation target = conversation::single(reader.id, f.other);
    const message_head* head = directory.newest(target);
    if (head && head->id > after) ranges.push_back({target, after, horizon + 1});
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

}  // namespace

std::optional<batch> feed::at_hand(const person& reader, change_id after, selection wanted,
                                   event_sink& sink) {
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
  std::size_t added = 0;
  change_id last = after;
  for (const fanout::event* e : found_) {
    if (is_full(added, sink)) {
      coverage::hit(coverage::branch::batch_cut);
      b.more = true;
      b.next = planted::is(planted::fault::more_off_by_one) ? e->id : last;
      break;
    }
    last = e->id;
    const bool is_sender = e->sender == reader.id;
    if (wanted == selection::messages_of_others && (!e->is_message || is_sender)) continue;
    ++added;
    const bool gets_cid = is_sender || planted::is(planted::fault::wrong_reader);
    if (!e->cid.empty() && gets_cid) {
      std::string own;
      event_json::with_cid(own, e->bytes, e->cid);
      sink.add(e->id, own);
    } else {
      sink.add(e->id, e->bytes);
    }
  }
  return b;
}

task<result<batch>> feed::from_store(user_id reader_id, change_id after, selection wanted,
                                     event_sink& sink) {
  // The states as they are now belong to the horizon of now: both are taken before the wait.
  const person* reader = state_.directory.user(reader_id);
  if (!reader) co_return refusals::no_such_user();
  const change_id horizon = state_.horizon;
  std::vector<encoded_event> events;
  if (wanted == selection::everything) events = changed_states(state_.directory, *reader, after);
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
      std::erase_if(events, [&](const encoded_event& e) { return e.id > b.next; });
    }
    for (const message_row& m : list->messages) {
      if (wanted == selection::messages_of_others && m.head.sender == reader_id) continue;
      encoded_event event;
      event.id = m.head.id;
      event_json::message_for(event.json, m, reader_id);
      events.push_back(std::move(event));
    }
  }
  std::sort(events.begin(), events.end(),
            [](const encoded_event& x, const encoded_event& y) { return x.id < y.id; });
  std::size_t added = 0;
  for (const encoded_event& e : events) {
    if (is_full(added, sink)) {
      b.more = true;
      b.next = events[added - 1].id;
      break;
    }
    ++added;
    sink.add(e.id, e.json);
  }
  co_return b;
}

}  // namespace lingerd
