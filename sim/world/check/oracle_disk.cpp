#include <algorithm>

#include "sim/world/check/oracle.hpp"
#include "store/codec/keys.hpp"
#include "store/codec/row_codec.hpp"
#include "store/commit/loader.hpp"

// The oracle against what is on disk.
namespace lingerd::sim {
namespace {

std::string number(std::uint64_t n) { return std::to_string(n); }

}  // namespace

void oracle::check_reopened(kv_transaction& disk) {
  if (check_messages_on_disk(disk, true)) check_states_on_disk(disk, true);
}
void oracle::check_final(kv_transaction& disk) {
  if (check_messages_on_disk(disk, false)) check_states_on_disk(disk, false);
}

bool oracle::check_messages_on_disk(kv_transaction& disk, bool may_be_new) {
  std::vector<message_row> on_disk;
  disk.for_each(table::messages, {}, {}, [&](std::string_view key, std::string_view value) {
    on_disk.push_back(codec::message(key, value));
    return true;
  });
  std::sort(on_disk.begin(), on_disk.end(),
            [](const message_row& x, const message_row& y) { return x.head.id < y.head.id; });
  const auto report_missing = [&](const oracle_message& m) {
    report(invariant::kept, "message " + number(m.id) + " (\"" +
                                attempts_[m.attempt].text.substr(0, 11) +
                                "\") was committed, and is no longer on disk");
    return false;
  };
  std::size_t checked = 0;
  const std::size_t committed = messages_.size();
  for (const message_row& m : on_disk) {
    if (checked < committed && messages_[checked].id == m.head.id) {
      const oracle_message& t = messages_[checked++];
      if (m.conversation != t.conversation || m.text != attempts_[t.attempt].text ||
          m.timestamp != t.timestamp) {
        report(invariant::kept, describe(m) + " differs from what was committed");
        return false;
      }
      continue;
    }
    if (checked < committed) return report_missing(messages_[checked]);
    if (!may_be_new) {
      report(invariant::honest, describe(m) + " is on disk, and its commit was never reported");
      return false;
    }
    take_message(m, false);
  }
  return checked == committed || report_missing(messages_[checked]);
}

// No friendship, membership or group may be older than its last committed change.
void oracle::check_states_on_disk(kv_transaction& disk, bool may_be_new) {
  const auto for_each_row = [&](table t, auto decode, auto visit) {
    disk.for_each(t, {}, {}, [&](std::string_view key, std::string_view value) {
      visit(decode(key, value));
      return true;
    });
  };
  // Whether the disk has a newer state.
  const auto is_newer = [&](change_id committed, change_id on_disk, const std::string& state) {
    if (on_disk < committed) {
      report(invariant::kept, state + " was changed by " + number(committed) +
                                  ", and the disk has it as of " + number(on_disk));
    }
    if (on_disk > committed && !may_be_new) {
      report(invariant::honest,
             state + " was changed by " + number(on_disk) + ", and that commit was never reported");
    }
    return on_disk > committed;
  };
  std::size_t friends = 0;
  std::size_t members = 0;
  std::size_t groups = 0;
  for_each_row(table::friends, codec::friendship_of, [&](const friend_row& f) {
    ++friends;
    if (is_newer(friends_[{f.user, f.other}].changed, f.changed, "a friendship")) take_row(f);
  });
  for_each_row(table::members, codec::member, [&](const member_row& m) {
    ++members;
    if (is_newer(members_[{m.group, m.user}].changed, m.changed, "a membership")) take_row(m);
  });
  for_each_row(table::groups, codec::group, [&](const group_row& g) {
    ++groups;
    if (is_newer(groups_[g.id].changed, g.changed, "a group")) take_row(g);
  });
  for_each_row(table::reads, codec::read, [&](const read_row& r) { add_change(r.changed); });
  for_each_row(table::users, codec::user, [&](const user_row& u) { add_change(u.changed); });
  if (friends < friends_.size() || members < members_.size() || groups < groups_.size()) {
    report(invariant::kept, "a friendship, a group or a membership is no longer on disk");
  }
}

}  // namespace lingerd::sim
