#include "core/sessions.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace lingerd {

void sessions::absorb(const session_row& row) {
  auto& place = by_hash_[row.hash];
  if (!place) {
    place = std::make_unique<session>();
    if (by_user_.size() <= row.user) by_user_.resize(row.user + 1);
    by_user_[row.user].push_back(place.get());
  }
  place->row = row;
}

void sessions::absorb_end(const token_hash& hash) {
  const auto at = by_hash_.find(hash);
  if (at == by_hash_.end()) return;
  for (held_stream& s : at->second->held) s.sleeper.signal(wake::signed_out);
  at->second->held.clear();
  std::erase(by_user_[at->second->row.user], at->second.get());
  by_hash_.erase(at);
}

void sessions::touch(const token_hash& hash, wall_ms now) {
  const auto at = by_hash_.find(hash);
  if (at != by_hash_.end()) at->second->row.used = now;
}

const sessions::session* sessions::find(const token_hash& hash) const {
  const auto at = by_hash_.find(hash);
  return at == by_hash_.end() ? nullptr : at->second.get();
}

bool sessions::hold(const token_hash& hash, held_stream& s) {
  const auto at = by_hash_.find(hash);
  if (at == by_hash_.end()) return false;
  auto& held = at->second->held;
  held.push_back(s);
  if (held.size() > bounds_.held_per_session) {
    held_stream& oldest = held.front();
    held.pop_front();
    oldest.sleeper.signal(wake::crowded);
  }
  return true;
}

change_id sessions::classic_cursor(const token_hash& hash, change_id horizon) {
  const auto at = by_hash_.find(hash);
  CHECK(at != by_hash_.end());
  if (at->second->classic == 0) at->second->classic = horizon;
  return at->second->classic;
}

void sessions::set_classic_cursor(const token_hash& hash, change_id answered_up_to) {
  const auto at = by_hash_.find(hash);
  if (at != by_hash_.end()) at->second->classic = answered_up_to;
}

std::vector<session_row> sessions::of(user_id user) const {
  std::vector<session_row> found;
  if (user >= by_user_.size()) return found;
  for (const session* s : by_user_[user]) found.push_back(s->row);
  std::sort(found.begin(), found.end(),
            [](const session_row& a, const session_row& b) { return a.id < b.id; });
  return found;
}

}  // namespace lingerd
