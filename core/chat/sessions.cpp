#include "core/chat/sessions.hpp"

#include <algorithm>
#include <utility>

#include "core/base/check.hpp"

namespace lingerd {

void sessions::absorb(const session_row& row) {
  if (const auto existing = by_hash_.find(row.hash); existing != by_hash_.end()) {
    (*existing)->row = row;
    return;
  }
  auto fresh = std::make_unique<session>();
  fresh->row = row;
  if (by_user_.size() <= row.user) by_user_.resize(row.user + 1);
  session& added = **by_hash_.insert(std::move(fresh)).first;
  added.next_of_user = std::exchange(by_user_[row.user], &added);
}

void sessions::absorb_end(const token_hash& hash) {
  const auto entry = by_hash_.find(hash);
  if (entry == by_hash_.end()) return;
  session& gone = **entry;
  for (subscriber& s : gone.held) s.sleeper.signal(wake::signed_out);
  gone.held.clear();
  session** link = &by_user_[gone.row.user];
  while (*link != &gone) link = &(*link)->next_of_user;
  *link = gone.next_of_user;
  if (gone.fingerprint) by_fingerprint_.erase(&gone);
  by_hash_.erase(entry);
}

void sessions::touch(const token_hash& hash, wall_ms now) {
  const auto entry = by_hash_.find(hash);
  if (entry != by_hash_.end()) (*entry)->row.used = now;
}

const sessions::session* sessions::find(const token_hash& hash) const {
  const auto entry = by_hash_.find(hash);
  return entry == by_hash_.end() ? nullptr : entry->get();
}

const sessions::session* sessions::find(const token_fingerprint& fingerprint) const {
  const auto entry = by_fingerprint_.find(fingerprint);
  return entry == by_fingerprint_.end() ? nullptr : *entry;
}

void sessions::remember(const token_hash& hash, const token_fingerprint& fingerprint) {
  const auto entry = by_hash_.find(hash);
  CHECK(entry != by_hash_.end());
  session& s = **entry;
  if (s.fingerprint) by_fingerprint_.erase(&s);
  s.fingerprint = fingerprint;
  by_fingerprint_.insert(&s);
}

bool sessions::hold(const token_hash& hash, subscriber& s) {
  const auto entry = by_hash_.find(hash);
  if (entry == by_hash_.end()) return false;
  auto& held = (*entry)->held;
  held.push_back(s);
  if (held.size() > bounds_.held_per_session) {
    subscriber& oldest = held.front();
    held.pop_front();
    oldest.sleeper.signal(wake::crowded);
  }
  return true;
}

change_id sessions::classic_cursor(const token_hash& hash, change_id horizon) {
  const auto entry = by_hash_.find(hash);
  CHECK(entry != by_hash_.end());
  session& s = **entry;
  if (s.classic == 0) s.classic = horizon;
  return s.classic;
}

void sessions::set_classic_cursor(const token_hash& hash, change_id answered_up_to) {
  const auto entry = by_hash_.find(hash);
  if (entry != by_hash_.end()) (*entry)->classic = answered_up_to;
}

std::vector<token_hash> sessions::surplus(user_id user) const {
  const std::vector<session_row> all = sessions_of(user);
  const auto entry = opening_.find(user);
  const std::size_t wanted = all.size() + (entry == opening_.end() ? 0 : entry->second);
  std::vector<token_hash> ending;
  for (const session_row& s : all) {
    if (ending.size() + bounds_.sessions_per_user >= wanted) break;
    ending.push_back(s.hash);
  }
  return ending;
}

bool sessions::is_crowded(user_id user) const {
  const auto entry = opening_.find(user);
  return entry != opening_.end() && entry->second >= bounds_.sessions_per_user;
}

std::size_t sessions::count_of(user_id user) const {
  std::size_t n = 0;
  if (user >= by_user_.size()) return n;
  for (const session* s = by_user_[user]; s; s = s->next_of_user) ++n;
  return n;
}

std::size_t sessions::most_held(user_id user) const {
  std::size_t most = 0;
  if (user >= by_user_.size()) return most;
  for (const session* s = by_user_[user]; s; s = s->next_of_user) {
    most = std::max(most, s->held.size());
  }
  return most;
}

std::vector<session_row> sessions::sessions_of(user_id user) const {
  std::vector<session_row> found;
  if (user >= by_user_.size()) return found;
  for (const session* s = by_user_[user]; s; s = s->next_of_user) found.push_back(s->row);
  std::sort(found.begin(), found.end(),
            [](const session_row& a, const session_row& b) { return a.id < b.id; });
  return found;
}

}  // namespace lingerd
