#include "core/chat/presence.hpp"

#include <algorithm>

#include "core/base/check.hpp"
#include "core/base/json_writer.hpp"
#include "core/chat/event_json.hpp"

namespace lingerd {
namespace {

constexpr std::size_t typed_min = 1024;  // notes of who types that are kept without a look at them

}  // namespace

presence::presence(loop& on, const directory& people, fanout& streams, const limits& bounds)
    : loop_(on),
      people_(people),
      streams_(streams),
      bounds_(bounds),
      timer_([](timer& t) { static_cast<gather_timer&>(t).owner.gather(); }, *this) {}

presence::seat& presence::seat_of(user_id u) {
  if (seats_.size() <= u) seats_.resize(u + 1);
  return seats_[u];
}

void presence::touch(user_id u) {
  seat& s = seat_of(u);
  if (s.touched || s.shown == is_here(s, loop_.now())) return;
  s.touched = true;
  touched_.push_back(u);
  gather_by(loop_.now() + bounds_.presence_gather);
}

void presence::gather_by(instant when) {
  if (timer_.is_set() && gather_at_ <= when) return;
  gather_at_ = when;
  loop_.set_timer(timer_, when);
}

void presence::friends_changed(user_id u) {
  seat_of(u).changed = ++revision_;
  streams_.wake_presence(u);
}

void presence::hold(user_id u) {
  ++seat_of(u).held;
  touch(u);
}

void presence::release(user_id u) {
  seat& s = seat_of(u);
  CHECK(s.held > 0);
  --s.held;
  seen(u);
}

void presence::seen(user_id u) {
  seat& s = seat_of(u);
  const instant now = loop_.now();
  s.until = now + bounds_.presence_linger;
  if (!s.lingers) {  // else leaving_ has him already, and will look again
    s.lingers = true;
    leaving_.emplace(s.until, u);
    gather_by(s.until);
  }
  touch(u);
}

void presence::gather() {
  const instant now = loop_.now();
  while (!leaving_.empty() && leaving_.begin()->first <= now) {
    const user_id u = leaving_.begin()->second;
    leaving_.erase(leaving_.begin());
    seat& s = seat_of(u);
    if (s.until > now) {
      leaving_.emplace(s.until, u);  // he came back meanwhile
      continue;
    }
    s.lingers = false;
    if (!s.touched) {
      s.touched = true;
      touched_.push_back(u);
    }
  }
  std::vector<user_id> changed;
  for (const user_id u : touched_) {
    seat& s = seats_[u];
    s.touched = false;
    const bool here = is_here(s, now);
    if (here == s.shown) continue;
    s.shown = here;
    changed.push_back(u);
  }
  touched_.clear();
  if (!changed.empty()) ++revision_;
  for (const user_id u : changed) {
    const person* p = people_.user(u);
    if (!p) continue;
    for (const friend_link& f : p->friends) {
      if (f.state != friendship::agreed) continue;
      seat_of(f.other).changed = revision_;
      streams_.wake_presence(f.other);
    }
  }
  for (auto at = notes_.begin(); at != notes_.end();) {
    std::erase_if(at->second, [&](const note& n) { return n.until <= now; });
    at = at->second.empty() ? notes_.erase(at) : std::next(at);
  }
  if (!leaving_.empty()) gather_by(leaving_.begin()->first);
  if (!notes_.empty()) gather_by(now + bounds_.typing_life);
}

void presence::note_for(user_id reader, user_id who, const std::string& bytes) {
  const instant now = loop_.now();
  if (reader >= seats_.size() || !is_here(seats_[reader], now)) return;
  auto& notes = notes_[reader];
  std::erase_if(
      notes, [&](const note& n) { return n.until <= now || (n.who == who && n.bytes == bytes); });
  if (notes.size() >= bounds_.typing_notes) notes.erase(notes.begin());
  notes.push_back({revision_, now + bounds_.typing_life, who, bytes});
  gather_by(now + bounds_.typing_life);
  streams_.wake_presence(reader);
}

// Whether this was told a moment ago.
bool presence::is_fresh(user_id who, const std::string& bytes) {
  const instant now = loop_.now();
  const instant half = bounds_.typing_life / 2;
  // Those who have stopped are forgotten when there are twice as many as were left the last time.
  if (typed_.size() >= typed_swept_at_) {
    std::erase_if(typed_, [&](const auto& one) { return one.second + half <= now; });
    typed_swept_at_ = std::max(typed_min, 2 * typed_.size());
  }
  const auto [at, is_new] = typed_.try_emplace({who, bytes}, now);
  if (!is_new && at->second + half > now) return true;
  at->second = now;
  return false;
}

void presence::sent(user_id who) {
  const auto first = typed_.lower_bound({who, std::string()});
  auto last = first;
  while (last != typed_.end() && last->first.first == who) ++last;
  typed_.erase(first, last);
}

void presence::typing(user_id who, bool in_group, std::uint32_t to) {
  std::string bytes;
  wire::typing(bytes, who, in_group, to);
  if (is_fresh(who, bytes)) return;
  ++revision_;
  if (!in_group) return note_for(to, who, bytes);
  const group* g = people_.group(to);
  if (!g) return;
  for (const member_link& m : g->members) {
    if (m.is_in() && m.user != who) note_for(m.user, who, bytes);
  }
}

bool presence::is_newer(user_id reader, std::uint64_t revision) const {
  // One from an earlier life of the server, or made up.
  if (revision > revision_ || revision < began_) return true;
  if (reader < seats_.size() && seats_[reader].changed > revision) return true;
  const auto at = notes_.find(reader);
  if (at == notes_.end()) return false;
  return std::any_of(at->second.begin(), at->second.end(),
                     [&](const note& n) { return n.revision > revision && n.until > loop_.now(); });
}

void presence::append(std::string& out, const person& reader) const {
  out += R"("presence":{"rev":)";
  json_out::number(out, revision_);
  out += R"(,"online":[)";
  bool first = true;
  for (const friend_link& f : reader.friends) {
    if (f.state != friendship::agreed || !is_online(f.other)) continue;
    if (!first) out += ',';
    first = false;
    json_out::number(out, f.other);
  }
  out += "]}";
}

std::size_t presence::notes_of(user_id reader) const {
  const auto at = notes_.find(reader);
  return at == notes_.end() ? 0 : at->second.size();
}

std::size_t presence::append_typing(std::string& out, user_id reader, std::uint64_t revision) {
  const auto at = notes_.find(reader);
  if (at == notes_.end() || revision > revision_) return 0;
  std::size_t n = 0;
  for (const note& one : at->second) {
    if (one.revision <= revision || one.until <= loop_.now()) continue;
    if (n++) out += ',';
    out += one.bytes;
  }
  return n;
}

}  // namespace lingerd
