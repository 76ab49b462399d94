#include "sim/world/check/oracle.hpp"

#include <algorithm>
#include <charconv>

#include "store/codec/keys.hpp"
#include "store/commit/loader.hpp"
#include "store/codec/row_codec.hpp"

namespace lingerd::sim {
namespace {

constexpr wall_ms day = 24 * 60 * 60 * 1000;
constexpr std::string_view mark = "said-";
constexpr std::size_t digits = 6;

std::string number(std::uint64_t n) { return std::to_string(n); }

}  // namespace

std::string truth::text_of(std::uint32_t n, std::size_t length) {
  const std::string plain = number(n);
  std::string text(mark);
  text.append(digits - std::min(digits, plain.size()), '0');
  text += plain;
  // Not all the same, and now and then what has to be escaped.
  for (std::size_t i = 0; text.size() < length; ++i) {
    text += i % 17 == 11 ? '"' : static_cast<char>('a' + (n + i) % 26);
  }
  return text;
}

std::optional<std::uint32_t> truth::attempt_of(std::string_view text) const {
  if (!text.starts_with(mark) || text.size() < mark.size() + digits) return std::nullopt;
  std::uint32_t n = 0;
  const char* const begin = text.data() + mark.size();
  const auto read = std::from_chars(begin, begin + digits, n);
  if (read.ec != std::errc() || read.ptr != begin + digits || n >= attempts_.size()) {
    return std::nullopt;
  }
  return n;
}

std::uint32_t truth::try_to_say(attempt a) {
  attempts_.push_back(std::move(a));
  return static_cast<std::uint32_t>(attempts_.size() - 1);
}

// --- what becomes durable ------------------------------------------------------------------------

void truth::committed(std::span<const applied> results) {
  ++commits_;
  for (const applied& a : results) {
    if (a.refused) continue;
    if (a.repeated) {
      if (!message(a.id)) broken(clause::honest, "a repeated message is none: id " + number(a.id));
      continue;
    }
    take(a);
  }
}

void truth::take(const applied& a) {
  // The sender's state is that of before his message; his own rows come with it.
  if (a.message) take_message(*a.message, true);
  for (const row_written& row : a.rows) take_row(row);
  note(a.id);
}

void truth::note(change_id id) {
  if (id == 0) return;
  changes_.insert(id);
  last_id_ = std::max(last_id_, id);
}

void truth::take_row(const row_written& row) {
  const instant now = loop_.now();
  if (const auto* f = std::get_if<friend_row>(&row)) {
    friends_[{f->user, f->other}] = *f;
    friendship_[std::minmax(f->user, f->other)].push_back({now, f->state == friendship::agreed});
    note(f->changed);
  } else if (const auto* m = std::get_if<member_row>(&row)) {
    members_[{m->group, m->user}] = *m;
    auto& spells = membership_[{m->group, m->user}];
    if (spells.empty() || spells.back().is_on != m->is_in()) spells.push_back({now, m->is_in()});
    note(m->changed);
  } else if (const auto* g = std::get_if<group_row>(&row)) {
    groups_[g->id] = *g;
    note(g->changed);
  } else if (const auto* r = std::get_if<read_row>(&row)) {
    note(r->changed);
  } else if (const auto* u = std::get_if<user_row>(&row)) {
    note(u->changed);
  }
}

std::string truth::describe(const message_row& m) const {
  return "message " + number(m.head.id) + " from user " + number(m.head.from) + " in " +
         (m.in.is_group() ? "group " + number(m.in.group())
                          : "conversation " + number(m.in.low()) + "-" + number(m.in.high()));
}

void truth::take_message(const message_row& m, bool told) {
  const auto tried = attempt_of(m.text);
  if (!tried) return broken(clause::honest, describe(m) + " was never tried: " + m.text);
  attempt& a = attempts_[*tried];
  if (a.from != m.head.from || a.to != m.in || a.text != m.text || a.cid != m.cid) {
    return broken(clause::honest, describe(m) + " is not what was tried");
  }
  if (a.id != 0 && a.id != m.head.id) {
    return broken(clause::once,
                  describe(m) + " is there a second time; first it was " + number(a.id));
  }
  if (!messages_.empty() && m.head.id <= messages_.back().id) {
    return broken(clause::order, describe(m) + " came after " + number(messages_.back().id));
  }
  std::uint64_t& newest = numbers_[m.in];
  if (m.head.number != newest + 1) {
    broken(clause::unread,
           describe(m) + " has number " + number(m.head.number) + " after " + number(newest));
  }
  newest = m.head.number;
  const bool back = m.timestamp < last_timestamp_;
  if (back) {
    // A clock that was wrong by more than a day, and is known to be right now, may take that back;
    // so may one that nobody knows to be right, when it had not been believed.
    const bool was_wrong =
        last_timestamp_ - m.timestamp > day && (!m.unsynced || messages_.back().unsynced);
    if (!was_wrong) {
      broken(clause::timestamps,
             describe(m) + " is " +
                 number(static_cast<std::uint64_t>(last_timestamp_ - m.timestamp)) +
                 " ms earlier than the one before it");
    }
  }
  last_timestamp_ = m.timestamp;
  if (told) {
    const bool may = m.in.is_group() ? is_member(m.head.from, m.in.group())
                                     : are_friends(m.in.low(), m.in.high());
    if (!may) broken(clause::allowed, describe(m) + " was not allowed when it was stored");
  }
  a.id = m.head.id;
  messages_.push_back({m.head.id, m.in, *tried, m.timestamp, m.unsynced, loop_.now()});
  note(m.head.id);
}

// --- what is on the disk -------------------------------------------------------------------------

void truth::reopened(kv& disk) { read_rows(disk, true); }
void truth::compare(kv& disk) { read_rows(disk, false); }

void truth::read_rows(kv& disk, bool may_be_new) {
  std::vector<message_row> there;
  disk.for_each(table::messages, {}, {}, [&](std::string_view key, std::string_view value) {
    there.push_back(codec::message(key, value));
    return true;
  });
  std::sort(there.begin(), there.end(),
            [](const message_row& x, const message_row& y) { return x.head.id < y.head.id; });
  std::size_t at = 0;
  const std::size_t known = messages_.size();
  for (const message_row& m : there) {
    if (at < known && messages_[at].id == m.head.id) {
      const true_message& t = messages_[at++];
      if (m.in != t.in || m.text != attempts_[t.attempt].text || m.timestamp != t.timestamp) {
        return broken(clause::kept, describe(m) + " is not what was stored");
      }
      continue;
    }
    if (at < known) {
      return broken(clause::kept, "message " + number(messages_[at].id) +
                                      " was told, and is not on disk any more");
    }
    if (!may_be_new)
      return broken(clause::honest, describe(m) + " is on disk, and nobody was told");
    take_message(m, false);
  }
  if (at < known) {
    return broken(clause::kept, "message " + number(messages_[at].id) + " (\"" +
                                    attempts_[messages_[at].attempt].text.substr(0, 11) +
                                    "\") was told, and is not on disk any more");
  }
  // The states: none may be older than what was told.
  const auto each = [&](table t, auto decode, auto visit) {
    disk.for_each(t, {}, {}, [&](std::string_view key, std::string_view value) {
      visit(decode(key, value));
      return true;
    });
  };
  const auto hold = [&](change_id told, change_id found, const std::string& what) {
    if (found < told)
      broken(clause::kept, what + " was changed by " + number(told) +
                               ", and the disk has it as of " + number(found));
    if (found > told && !may_be_new) {
      broken(clause::honest, what + " was changed by " + number(found) + ", and nobody was told");
    }
    return found > told;
  };
  std::size_t friends = 0;
  std::size_t members = 0;
  std::size_t groups = 0;
  each(table::friends, codec::friendship_of, [&](const friend_row& f) {
    ++friends;
    if (hold(friends_[{f.user, f.other}].changed, f.changed, "a friendship")) take_row(f);
  });
  each(table::members, codec::member, [&](const member_row& m) {
    ++members;
    member_row& known_as = members_[{m.group, m.user}];
    if (hold(known_as.changed, m.changed, "a membership")) take_row(m);
  });
  each(table::groups, codec::group, [&](const group_row& g) {
    ++groups;
    if (hold(groups_[g.id].changed, g.changed, "a group")) take_row(g);
  });
  each(table::reads, codec::read, [&](const read_row& r) { note(r.changed); });
  each(table::users, codec::user, [&](const user_row& u) { note(u.changed); });
  if (friends < friends_.size() || members < members_.size() || groups < groups_.size()) {
    broken(clause::kept, "a friendship, a group or a membership is not on disk any more");
  }
}

// --- who may what --------------------------------------------------------------------------------

const true_message* truth::message(change_id id) const {
  const auto at = std::lower_bound(messages_.begin(), messages_.end(), id,
                                   [](const true_message& m, change_id i) { return m.id < i; });
  return at != messages_.end() && at->id == id ? &*at : nullptr;
}

bool truth::may_see(user_id reader, const true_message& m) const {
  if (!m.in.is_group()) return m.in.low() == reader || m.in.high() == reader;
  const auto at = members_.find({m.in.group(), reader});
  if (at == members_.end()) return false;
  return std::any_of(at->second.stays.begin(), at->second.stays.end(), [&](const interval& s) {
    return m.id > s.from && (s.until == 0 || m.id < s.until);
  });
}

change_id truth::newest_for(user_id reader) const {
  const auto at = std::find_if(messages_.rbegin(), messages_.rend(),
                               [&](const true_message& m) { return may_see(reader, m); });
  return at == messages_.rend() ? 0 : at->id;
}

std::uint64_t truth::count_unread(user_id reader, conversation in, change_id above,
                                  change_id up_to) const {
  return static_cast<std::uint64_t>(
      std::count_if(messages_.begin(), messages_.end(), [&](const true_message& m) {
        return m.in == in && m.id > above && m.id <= up_to && sender(m) != reader &&
               may_see(reader, m);
      }));
}

bool truth::are_friends(user_id a, user_id b) const {
  const auto at = friends_.find({a, b});
  return at != friends_.end() && at->second.state == friendship::agreed;
}

bool truth::is_member(user_id u, group_id g) const {
  const auto at = members_.find({g, u});
  return at != members_.end() && at->second.is_in();
}

// Whether the state was `wanted` at some moment since then. Without any spell it is "off".
bool truth::was(const std::vector<spell>* of, bool wanted, instant since) {
  bool at_that_time = false;
  if (of) {
    for (const spell& s : *of) {
      if (s.since <= since) at_that_time = s.is_on;
      if (s.since >= since && s.is_on == wanted) return true;
    }
  }
  return at_that_time == wanted;
}

bool truth::were_friends_since(user_id a, user_id b, instant since) const {
  const auto at = friendship_.find(std::minmax(a, b));
  return was(at == friendship_.end() ? nullptr : &at->second, true, since);
}
bool truth::were_strangers_since(user_id a, user_id b, instant since) const {
  const auto at = friendship_.find(std::minmax(a, b));
  return was(at == friendship_.end() ? nullptr : &at->second, false, since);
}
bool truth::was_member_since(user_id u, group_id g, instant since) const {
  const auto at = membership_.find({g, u});
  return was(at == membership_.end() ? nullptr : &at->second, true, since);
}
bool truth::was_outside_since(user_id u, group_id g, instant since) const {
  const auto at = membership_.find({g, u});
  return was(at == membership_.end() ? nullptr : &at->second, false, since);
}

std::vector<user_id> truth::members_of(group_id g) const {
  std::vector<user_id> all;
  for (auto at = members_.lower_bound({g, 0}); at != members_.end() && at->first.first == g; ++at) {
    if (at->second.is_in()) all.push_back(at->first.second);
  }
  return all;
}

}  // namespace lingerd::sim
