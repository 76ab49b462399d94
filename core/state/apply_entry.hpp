#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/coverage.hpp"
#include "core/base/limits.hpp"
#include "core/state/change.hpp"
#include "core/state/tables.hpp"
#include "core/state/unread.hpp"

namespace lingerd::applying {

// One change being applied: the tables, the next id, and the result. Lives for one apply(). Rows
// are written through write(), so that the directory gets exactly the rows that the tables got.
//
// Invariant: a change is refused before its first write or id.
class entry {
 public:
  entry(tables& state, const limits& bounds) : rows(state), bounds(bounds), meta_(state.meta()) {}

  tables& rows;
  const limits& bounds;
  applied out;

  change_id new_id() {
    CHECK(meta_.last_id < change_id_max);
    out.id = ++meta_.last_id;
    rows.put(meta_);
    return out.id;
  }
  std::uint32_t new_party() {
    out.party = ++meta_.last_party;
    rows.put(meta_);
    return out.party;
  }
  const meta_row& meta() const { return meta_; }
  void count_users(int change) {
    meta_.users = static_cast<std::uint32_t>(static_cast<int>(meta_.users) + change);
    rows.put(meta_);
  }
  // The timestamp to store for a proposed one: never before the last one, with one exception. A
  // clock that was far ahead must not pin all later timestamps: a last timestamp more than a day
  // ahead counts as wrong if the clock is trusted now, or if the clock that leapt there was not
  // trusted.
  wall_ms stamp(wall_ms proposed, bool unsynced) {
    const wall_ms last = meta_.last_timestamp;
    const bool leaps = last != 0 && proposed > last + leap;
    const bool was_wrong = last > proposed + leap && (!unsynced || meta_.doubtful_timestamp);
    const wall_ms stored = was_wrong ? proposed : std::max(last, proposed);
    if (was_wrong) coverage::hit(coverage::branch::clock_was_wrong);
    if (stored > proposed) coverage::hit(coverage::branch::timestamp_held);
    meta_.doubtful_timestamp = unsynced && !was_wrong && (leaps || meta_.doubtful_timestamp);
    meta_.last_timestamp = stored;
    rows.put(meta_);
    return stored;
  }

  template <class Row>
  void write(const Row& row) {
    rows.put(row);
    out.rows.emplace_back(row);
  }
  void end_session(const session_row& s) {
    rows.erase_session(s.hash);
    out.rows.emplace_back(session_ended{s.hash, s.user});
  }
  void refuse(refusal reason) { out.refused = std::move(reason); }
  void refuse(error code, std::string message) { out.refused.emplace(code, std::move(message)); }

 private:
  static constexpr wall_ms leap = 24 * 60 * 60 * 1000;  // a day, in milliseconds
  meta_row meta_;
};

// Ends every session of a user but `keep`.
void end_sessions_of(entry& e, user_id user, const std::optional<token_hash>& keep);
// Ends a member's current stay in a group; the messages of past stays remain visible to that user.
void leave_group(entry& e, group_row& g, member_row m, change_id id);
// Ends all memberships of a removed user. An owned group passes to an admin, else to a member, else
// ends. Each group gets a separate change id, because one reader may receive several of them.
void leave_all_groups(entry& e, user_id user);

void apply_one(entry& e, const send_message& c);
void apply_one(entry& e, const mark_read& c);
void apply_one(entry& e, const add_user& c);
void apply_one(entry& e, const set_password& c);
void apply_one(entry& e, const set_display& c);
void apply_one(entry& e, const set_disabled& c);
void apply_one(entry& e, const remove_user& c);
void apply_one(entry& e, const open_session& c);
void apply_one(entry& e, const touch_session& c);
void apply_one(entry& e, const lingerd::end_session& c);
void apply_one(entry& e, const end_session_by_id& c);
void apply_one(entry& e, const ask_friend& c);
void apply_one(entry& e, const make_friends& c);
void apply_one(entry& e, const end_friendship& c);
void apply_one(entry& e, const add_group& c);
void apply_one(entry& e, const edit_group& c);
void apply_one(entry& e, const add_member& c);
void apply_one(entry& e, const remove_member& c);
void apply_one(entry& e, const set_role& c);
void apply_one(entry& e, const remove_group& c);

}  // namespace lingerd::applying
