#include "core/chat/typing.hpp"

#include <algorithm>

#include "core/chat/event_json.hpp"

namespace lingerd {
namespace {

constexpr std::size_t prune_min = 1024;  // entries of last_told_ that are kept without a look

}  // namespace

typing_notes::typing_notes(lingerd::loop& loop, const directory& directory, fanout& fanout,
                           presence& presence, const limits& bounds)
    : loop_(loop),
      directory_(directory),
      fanout_(fanout),
      presence_(presence),
      bounds_(bounds),
      timer_(*this) {}

void typing_notes::add(user_id user, bool in_group, std::uint32_t target) {
  std::string bytes;
  event_json::typing(bytes, user, in_group, target);
  if (was_just_told(user, bytes)) return;
  presence_.advance_revision();
  if (!in_group) return add_for(target, user, bytes);
  const group* group = directory_.group(target);
  if (!group) return;
  for (const member_link& member : group->members) {
    if (member.is_in() && member.user != user) add_for(member.user, user, bytes);
  }
}

bool typing_notes::was_just_told(user_id user, const std::string& bytes) {
  const instant now = loop_.now();
  const instant half = bounds_.typing_life / 2;
  // Stale entries are dropped when there are twice as many as the last pruning left.
  if (last_told_.size() >= prune_at_) {
    std::erase_if(last_told_, [&](const auto& one) { return one.second + half <= now; });
    prune_at_ = std::max(prune_min, 2 * last_told_.size());
  }
  const auto [entry, is_new] = last_told_.try_emplace({user, bytes}, now);
  if (!is_new && entry->second + half > now) return true;
  entry->second = now;
  return false;
}

void typing_notes::add_for(user_id reader, user_id user, const std::string& bytes) {
  if (!presence_.is_here(reader)) return;
  const instant now = loop_.now();
  const instant until = now + bounds_.typing_life;
  std::vector<note>& notes = notes_[reader];
  std::erase_if(
      notes, [&](const note& n) { return n.until <= now || (n.user == user && n.bytes == bytes); });
  if (notes.size() >= bounds_.typing_notes) notes.erase(notes.begin());
  notes.push_back({presence_.revision(), until, user, bytes});
  if (!timer_.is_set()) loop_.set_timer(timer_, until);
  fanout_.wake_presence(reader);
}

void typing_notes::expire() {
  const instant now = loop_.now();
  for (auto entry = notes_.begin(); entry != notes_.end();) {
    std::erase_if(entry->second, [&](const note& n) { return n.until <= now; });
    entry = entry->second.empty() ? notes_.erase(entry) : std::next(entry);
  }
  if (!notes_.empty()) loop_.set_timer(timer_, now + bounds_.typing_life);
}

void typing_notes::forget(user_id user) {
  const auto first = last_told_.lower_bound({user, std::string()});
  auto last = first;
  while (last != last_told_.end() && last->first.first == user) ++last;
  last_told_.erase(first, last);
}

bool typing_notes::is_newer(user_id reader, std::uint64_t revision) const {
  const auto entry = notes_.find(reader);
  if (entry == notes_.end()) return false;
  return std::any_of(entry->second.begin(), entry->second.end(),
                     [&](const note& n) { return n.revision > revision && n.until > loop_.now(); });
}

std::size_t typing_notes::append(std::string& out, user_id reader, std::uint64_t revision) const {
  const auto entry = notes_.find(reader);
  if (entry == notes_.end() || revision > presence_.revision()) return 0;
  std::size_t count = 0;
  for (const note& one : entry->second) {
    if (one.revision <= revision || one.until <= loop_.now()) continue;
    if (count++ > 0) out += ',';
    out += one.bytes;
  }
  return count;
}

std::size_t typing_notes::notes_of(user_id reader) const {
  const auto entry = notes_.find(reader);
  return entry == notes_.end() ? 0 : entry->second.size();
}

}  // namespace lingerd
