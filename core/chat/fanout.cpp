#include "core/chat/fanout.hpp"

#include <algorithm>
#include <set>

#include "core/base/check.hpp"
#include "core/base/coverage.hpp"
#include "core/base/planted_faults.hpp"

namespace lingerd {

fanout::channel& fanout::channel_of(user_id u) {
  if (channels_.size() <= u) channels_.resize(u + 1);
  return channels_[u];
}

fanout::head fanout::newest_of(user_id u) const {
  const head h = u < channels_.size() ? channels_[u].newest : head{};
  // Events before the ring are unknown: up to the floor there may be some.
  return h.id ? h : head{0, floor_};
}

fanout::head fanout::newest_of_group(group_id g) const {
  const head h = g < group_heads_.size() ? group_heads_[g] : head{};
  return h.id ? h : head{0, floor_};
}

const fanout::event* fanout::entry_at(std::uint64_t place) const {
  if (place < first_ || place - first_ >= ring_.size()) return nullptr;
  return &ring_[place - first_];
}

std::size_t fanout::weight(const event& e) {
  const std::size_t links =
      e.links.size() > e.links.static_capacity ? e.links.capacity() * sizeof(link) : 0;
  return sizeof e + e.bytes.capacity() + e.cid.capacity() + links;
}

std::uint64_t fanout::push(event e) {
  CHECK(ring_.empty() || e.id >= ring_.back().id);
  bytes_ += weight(e);
  ring_.push_back(std::move(e));
  const std::uint64_t place = first_ + ring_.size() - 1;
  while (ring_.size() > bounds_.ring_entries || (bytes_ > bounds_.ring_bytes && ring_.size() > 1)) {
    bytes_ -= weight(ring_.front());
    ring_.pop_front();
    ++first_;
  }
  return place;
}

void fanout::wake_all(channel& c) {
  // A subscriber leaves the list when it is woken: one wake answers one request.
  while (!c.waiting.empty()) {
    subscriber& s = c.waiting.front();
    c.waiting.pop_front();
    s.sleeper.signal(wake::news);
  }
}

void fanout::publish(event e, std::span<const user_id> recipients) {
  if (recipients.empty()) return;
  CHECK(std::is_sorted(recipients.begin(), recipients.end()));
  e.links.reserve(recipients.size());
  for (const user_id u : recipients) {
    const head before = newest_of(u);
    e.links.push_back({u, before.place, before.id});
  }
  const change_id id = e.id;
  const std::uint64_t place = push(std::move(e));
  for (const user_id u : recipients) {
    channel& c = channel_of(u);
    c.newest = {place, id};
    wake_all(c);
  }
}

void fanout::publish_to_group(event e, group_id g) {
  const head before = newest_of_group(g);
  e.group = g;
  e.group_previous = before.place;
  e.group_previous_id = before.id;
  const change_id id = e.id;
  const std::uint64_t place = push(std::move(e));
  if (group_heads_.size() <= g) group_heads_.resize(g + 1);
  group_heads_[g] = {place, id};
  const lingerd::group* group = directory_.group(g);
  if (!group) return;
  for (const member_link& m : group->members) {
    if (m.is_in() && m.user < channels_.size()) wake_all(channels_[m.user]);
  }
}

bool fanout::has_news(const person& reader, change_id after) const {
  if (newest_of(reader.id).id > after) return true;
  return std::any_of(reader.groups.begin(), reader.groups.end(), [&](group_id g) {
    const change_id id = newest_of_group(g).id;
    if (id <= after) return false;
    const member_link* m = membership_of(reader, g);
    return m && has_news(*m, id, after);
  });
}

const member_link* fanout::membership_of(const person& reader, group_id g) const {
  const lingerd::group* group = directory_.group(g);
  return group ? group->member(reader.id) : nullptr;
}

// Whether a group whose newest event is `newest` may have something for the member. Events before
// the member returned, or left, were followed by an event of the member's own.
bool fanout::has_news(const member_link& member, change_id newest, change_id after) {
  const interval& last = member.stays.back();
  return member.is_in() ? newest > std::max(after, last.from) : last.until > after;
}

bool fanout::walk_own(const person& reader, change_id after,
                      std::vector<const event*>& found) const {
  head next = newest_of(reader.id);
  while (next.id > after) {
    const event* e = entry_at(next.place);
    if (!e) return false;
    found.push_back(e);
    const auto own = std::lower_bound(e->links.begin(), e->links.end(), reader.id,
                                      [](const link& l, user_id u) { return l.user < u; });
    CHECK(own != e->links.end() && own->user == reader.id);
    next = {own->previous, own->previous_id};
  }
  return true;
}

bool fanout::walk_group(group_id g, const member_link& member, change_id after,
                        std::vector<const event*>& found) const {
  const change_id floor = std::max(after, member.stays.front().from);
  head next = newest_of_group(g);
  while (next.id > floor) {
    const event* e = entry_at(next.place);
    if (!e) return false;
    const bool was_just_here = planted::is(planted::fault::removed_member) && !member.is_in() &&
                               e->is_message && e->group_previous_id <= member.stays.back().until;
    if (member.sees(e->id) || was_just_here) found.push_back(e);
    next = {e->group_previous, e->group_previous_id};
  }
  return true;
}

namespace {

// Keeps the newest value of each state. REQUIRES: `found` is sorted by id.
void keep_newest_states(std::vector<const fanout::event*>& found) {
  using kind = fanout::state::kind;
  const auto is_state = [](const fanout::event* e) { return e->state_value.type != kind::none; };
  if (std::count_if(found.begin(), found.end(), is_state) < 2) return;
  std::set<fanout::state> states;
  const auto rest = std::stable_partition(
      found.rbegin(), found.rend(),
      [&](const fanout::event* e) { return !is_state(e) || states.insert(e->state_value).second; });
  if (rest.base() != found.begin()) coverage::hit(coverage::branch::state_superseded);
  found.erase(found.begin(), rest.base());
}

}  // namespace

bool fanout::collect(const person& reader, change_id after,
                     std::vector<const event*>& found) const {
  found.clear();
  bool has_some = newest_of(reader.id).id > after;
  boost::container::small_vector<std::pair<group_id, const member_link*>, 16> groups;
  for (const group_id g : reader.groups) {
    const change_id newest = newest_of_group(g).id;
    if (newest <= after) continue;
    const member_link* m = membership_of(reader, g);
    if (!m || (!m->is_in() && m->stays.back().until <= after)) continue;
    has_some = has_some || has_news(*m, newest, after);
    groups.emplace_back(g, m);
  }
  if (!has_some) return true;
  if (!walk_own(reader, after, found)) return false;
  for (const auto& [g, m] : groups) {
    if (!walk_group(g, *m, after, found)) return false;
  }
  if (found.size() < 2) return true;
  std::sort(found.begin(), found.end(),
            [](const event* a, const event* b) { return a->id < b->id; });
  keep_newest_states(found);
  return true;
}

void fanout::wake_presence(user_id user) {
  if (user >= channels_.size()) return;
  auto& waiting = channels_[user].waiting;
  for (auto entry = waiting.begin(); entry != waiting.end();) {
    subscriber& s = *entry;
    if (!s.presence) {
      ++entry;
      continue;
    }
    entry = waiting.erase(entry);
    s.sleeper.signal(wake::news);
  }
}

}  // namespace lingerd
