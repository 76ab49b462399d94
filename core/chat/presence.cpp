#include "core/chat/presence.hpp"

#include <algorithm>

#include "core/base/check.hpp"
#include "core/base/json_writer.hpp"

namespace lingerd {

presence::presence(lingerd::loop& loop, const directory& directory, fanout& fanout,
                   const limits& bounds)
    : loop_(loop), directory_(directory), fanout_(fanout), bounds_(bounds), timer_(*this) {}

presence::seat& presence::seat_of(user_id user) {
  if (seats_.size() <= user) seats_.resize(user + 1);
  return seats_[user];
}

void presence::note_change(user_id user) {
  seat& s = seat_of(user);
  if (s.touched || s.shown == is_here(s, loop_.now())) return;
  s.touched = true;
  touched_.push_back(user);
  gather_by(loop_.now() + bounds_.presence_gather);
}

void presence::gather_by(instant deadline) {
  if (timer_.is_set() && gather_at_ <= deadline) return;
  gather_at_ = deadline;
  loop_.set_timer(timer_, deadline);
}

void presence::friends_changed(user_id user) {
  seat_of(user).changed = ++revision_;
  fanout_.wake_presence(user);
}

void presence::hold(user_id user) {
  ++seat_of(user).held;
  note_change(user);
}

void presence::release(user_id user) {
  seat& s = seat_of(user);
  CHECK(s.held > 0);
  --s.held;
  touch(user);
}

void presence::touch(user_id user) {
  seat& s = seat_of(user);
  const instant now = loop_.now();
  s.until = now + bounds_.presence_linger;
  if (!s.lingers) {  // otherwise leaving_ has the user already
    s.lingers = true;
    leaving_.emplace(s.until, user);
    gather_by(s.until);
  }
  note_change(user);
}

void presence::gather() {
  const instant now = loop_.now();
  while (!leaving_.empty() && leaving_.begin()->first <= now) {
    const user_id user = leaving_.begin()->second;
    leaving_.erase(leaving_.begin());
    seat& s = seat_of(user);
    if (s.until > now) {
      leaving_.emplace(s.until, user);  // the user came back meanwhile
      continue;
    }
    s.lingers = false;
    if (!s.touched) {
      s.touched = true;
      touched_.push_back(user);
    }
  }
  std::vector<user_id> changed;
  for (const user_id user : touched_) {
    seat& s = seats_[user];
    s.touched = false;
    const bool is_here_now = is_here(s, now);
    if (is_here_now == s.shown) continue;
    s.shown = is_here_now;
    changed.push_back(user);
  }
  touched_.clear();
  if (!changed.empty()) ++revision_;
  for (const user_id user : changed) {
    const person* p = directory_.user(user);
    if (!p) continue;
    for (const friend_link& f : p->friends) {
      if (f.state != friendship::agreed) continue;
      seat_of(f.other).changed = revision_;
      fanout_.wake_presence(f.other);
    }
  }
  if (!leaving_.empty()) gather_by(leaving_.begin()->first);
}

bool presence::is_newer(user_id reader, std::uint64_t revision) const {
  if (revision > revision_ || revision < began_) return true;
  return reader < seats_.size() && seats_[reader].changed > revision;
}

void presence::append(std::string& out, const person& reader) const {
  out += R"("presence":{"rev":)";
  json_writer::number(out, revision_);
  out += R"(,"online":[)";
  bool first = true;
  for (const friend_link& f : reader.friends) {
    if (f.state != friendship::agreed || !is_online(f.other)) continue;
    if (!first) out += ',';
    first = false;
    json_writer::number(out, f.other);
  }
  out += "]}";
}

}  // namespace lingerd
