#include "sim/world/check/oracle.hpp"

#include <algorithm>
#include <charconv>

// Attempts, and what the store reports as committed.
namespace lingerd::sim {
namespace {

constexpr wall_ms day = 24 * 60 * 60 * 1000;
constexpr std::string_view text_prefix = "said-";
constexpr std::size_t digits = 6;

std::string number(std::uint64_t n) { return std::to_string(n); }

}  // namespace

std::string oracle::text_of(std::uint32_t n, std::size_t length) {
  const std::string plain = number(n);
  std::string text(text_prefix);
  text.append(digits - std::min(digits, plain.size()), '0');
  text += plain;
  // Varied, with a quote now and then, which JSON has to escape.
  for (std::size_t i = 0; text.size() < length; ++i) {
    text += i % 17 == 11 ? '"' : static_cast<char>('a' + (n + i) % 26);
  }
  return text;
}

std::optional<std::uint32_t> oracle::attempt_of(std::string_view text) const {
  if (!text.starts_with(text_prefix) || text.size() < text_prefix.size() + digits)
    return std::nullopt;
  std::uint32_t n = 0;
  const char* const begin = text.data() + text_prefix.size();
  const auto read = std::from_chars(begin, begin + digits, n);
  if (read.ec != std::errc() || read.ptr != begin + digits || n >= attempts_.size()) {
    return std::nullopt;
  }
  return n;
}

std::uint32_t oracle::add_attempt(attempt a) {
  attempts_.push_back(std::move(a));
  return static_cast<std::uint32_t>(attempts_.size() - 1);
}

// --- what the store commits ----------------------------------------------------------------------

void oracle::committed(std::span<const applied> results) {
  ++commits_;
  for (const applied& a : results) {
    if (a.refused) continue;
    if (a.repeated) {
      if (!message(a.id)) {
        report(invariant::honest,
               "a repetition names message " + number(a.id) + ", which does not exist");
      }
      continue;
    }
    take(a);
  }
}

void oracle::take(const applied& a) {
  // The message first: it was allowed by the state before its own rows.
  if (a.message) take_message(*a.message, true);
  for (const row_written& row : a.rows) take_row(row);
  add_change(a.id);
}

void oracle::add_change(change_id id) {
  if (id == 0) return;
  changes_.insert(id);
  last_id_ = std::max(last_id_, id);
}

void oracle::take_row(const row_written& row) {
  const instant now = loop_.now();
  if (const auto* f = std::get_if<friend_row>(&row)) {
    friends_[{f->user, f->other}] = *f;
    friendship_[std::minmax(f->user, f->other)].push_back({now, f->state == friendship::agreed});
    add_change(f->changed);
  } else if (const auto* m = std::get_if<member_row>(&row)) {
    members_[{m->group, m->user}] = *m;
    auto& periods = membership_[{m->group, m->user}];
    if (periods.empty() || periods.back().is_on != m->is_in()) periods.push_back({now, m->is_in()});
    add_change(m->changed);
  } else if (const auto* g = std::get_if<group_row>(&row)) {
    groups_[g->id] = *g;
    add_change(g->changed);
  } else if (const auto* r = std::get_if<read_row>(&row)) {
    add_change(r->changed);
  } else if (const auto* u = std::get_if<user_row>(&row)) {
    add_change(u->changed);
  }
}

std::string describe(const message_row& m) {
  return "message " + number(m.head.id) + " from user " + number(m.head.sender) + " in " +
         (m.conversation.is_group() ? "group " + number(m.conversation.group())
                                    : "conversation " + number(m.conversation.low()) + "-" +
                                          number(m.conversation.high()));
}

bool oracle::check_attempt(const message_row& m, std::optional<std::uint32_t> attempt) {
  if (!attempt) {
    report(invariant::honest, describe(m) + " was never tried: " + m.text);
    return false;
  }
  const sim::attempt& a = attempts_[*attempt];
  if (a.sender != m.head.sender || a.target != m.conversation || a.text != m.text ||
      a.cid != m.cid) {
    report(invariant::honest, describe(m) + " differs from what was tried");
    return false;
  }
  if (a.id != 0 && a.id != m.head.id) {
    report(invariant::once, describe(m) + " is stored twice, first as " + number(a.id));
    return false;
  }
  if (!messages_.empty() && m.head.id <= messages_.back().id) {
    report(invariant::order, describe(m) + " is stored after " + number(messages_.back().id));
    return false;
  }
  return true;
}

void oracle::check_timestamp(const message_row& m) {
  if (m.timestamp >= last_timestamp_) return;
  // A timestamp may run back by more than a day where the clock was wrong and is trusted now; and
  // under an untrusted clock where the newest message's clock was untrusted, too.
  const bool was_wrong =
      last_timestamp_ - m.timestamp > day && (!m.unsynced || messages_.back().unsynced);
  if (was_wrong) return;
  report(invariant::timestamps,
         describe(m) + " is " + number(static_cast<std::uint64_t>(last_timestamp_ - m.timestamp)) +
             " ms earlier than the message before it");
}

void oracle::take_message(const message_row& m, bool is_committed) {
  const auto attempt = attempt_of(m.text);
  if (!check_attempt(m, attempt)) return;
  std::uint64_t& newest = numbers_[m.conversation];
  if (m.head.number != newest + 1) {
    report(invariant::unread,
           describe(m) + " has number " + number(m.head.number) + " after " + number(newest));
  }
  newest = m.head.number;
  check_timestamp(m);
  last_timestamp_ = m.timestamp;
  if (is_committed) {
    const bool is_allowed = m.conversation.is_group()
                                ? is_member(m.head.sender, m.conversation.group())
                                : are_friends(m.conversation.low(), m.conversation.high());
    if (!is_allowed) report(invariant::allowed, describe(m) + " was stored and was not allowed");
  }
  attempts_[*attempt].id = m.head.id;
  messages_.push_back({m.head.id, m.conversation, *attempt, m.timestamp, m.unsynced, loop_.now()});
  add_change(m.head.id);
}

}  // namespace lingerd::sim
