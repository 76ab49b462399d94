#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/limits.hpp"
#include "core/state/rows.hpp"
#include "core/loop/waiter.hpp"

namespace lingerd {

using member_hook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// One stream that is held open: who is to be woken, and where it is registered. It lives in the
// connection's frame while it is parked, and leaves every list when destroyed.
struct held_stream {
  held_stream(waiter& sleeper, bool presence) : sleeper(sleeper), presence(presence) {}
  waiter& sleeper;
  const bool presence;
  member_hook in_channel;
  member_hook in_session;
};

// A keyed hash of a token, several times cheaper than its token_hash. It means nothing outside this
// process, which alone has the key.
using token_seal = std::array<unsigned char, 16>;

// Who is signed in, by the hash of his token. Follows the session rows.
class sessions {
 public:
  struct session {
    session_row row;
    boost::intrusive::list<
        held_stream,
        boost::intrusive::member_hook<held_stream, member_hook, &held_stream::in_session>,
        boost::intrusive::constant_time_size<false>>
        held;  // oldest first
    // The tutorial's page keeps no cursor: up to where it was answered; 0: it has not asked yet.
    change_id classic = 0;
    session* next_of_user = nullptr;
    std::optional<token_seal> seal;
  };

  explicit sessions(const limits& bounds) : bounds_(bounds) {}

  void absorb(const session_row&);
  // Ends it: its held streams are signalled wake::signed_out.
  void absorb_end(const token_hash&);

  // Remembers a use before it is written down.
  void touch(const token_hash&, wall_ms now);

  // Null where there is none. The pointer holds until the session ends: look it up again after a
  // wait.
  const session* find(const token_hash&) const;

  // The same by the seal of a token that has been here before.
  const session* find(const token_seal&) const;
  // REQUIRES: the session exists, and the seal is its token's.
  void remember(const token_hash&, const token_seal&);

  // Registers a held stream; where the session holds too many, its oldest one is signalled
  // wake::crowded. False if there is no such session (any more).
  bool hold(const token_hash&, held_stream&);

  // From where the tutorial's page goes on: the horizon at first, then where it was last answered.
  // REQUIRES: the session exists.
  change_id classic_cursor(const token_hash&, change_id horizon);
  // Nothing happens where the session has ended.
  void set_classic_cursor(const token_hash&, change_id answered_up_to);

  // A session on its way to the disk: it counts among the user's as long as this is there.
  class opening {
   public:
    opening(sessions& in, user_id of) : in_(in), of_(of) { ++in_.opening_[of_]; }
    ~opening() {
      if (--in_.opening_[of_] == 0) in_.opening_.erase(of_);
    }
    opening(const opening&) = delete;
    opening& operator=(const opening&) = delete;

   private:
    sessions& in_;
    const user_id of_;
  };
  // Those of the user that go to make room for all that is on its way, the oldest first. However
  // many come at once, with these ended there are limits.sessions_per_user of them at most.
  // REQUIRES: the new one has its opening.
  std::vector<token_hash> to_make_room(user_id) const;
  // Whether so many are on their way that the oldest of them would have to go.
  bool is_crowded(user_id) const;

  // For those who look whether a server keeps its word.
  std::size_t count_of(user_id) const;
  // Of the user's sessions, what the one with the most streams holds.
  std::size_t most_held(user_id) const;

  // A user's sessions, oldest first.
  std::vector<session_row> of(user_id) const;
  std::size_t size() const { return by_hash_.size(); }

 private:
  // The sessions themselves are the table: each knows its hash.
  using owned = std::unique_ptr<session>;
  struct hash_of {
    using is_transparent = void;
    using is_avalanching = void;  // the key is a hash already
    std::size_t operator()(const token_hash& h) const {
      std::size_t n;
      std::memcpy(&n, h.data(), sizeof n);
      return n;
    }
    std::size_t operator()(const owned& s) const { return (*this)(s->row.hash); }
  };
  struct same_hash {
    using is_transparent = void;
    bool operator()(const owned& a, const owned& b) const { return a->row.hash == b->row.hash; }
    bool operator()(const token_hash& a, const owned& b) const { return a == b->row.hash; }
    bool operator()(const owned& a, const token_hash& b) const { return a->row.hash == b; }
  };

  struct hash_of_seal {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(const token_seal& s) const {
      std::size_t n;
      std::memcpy(&n, s.data(), sizeof n);
      return n;
    }
    std::size_t operator()(const session* s) const { return (*this)(*s->seal); }
  };
  struct same_seal {
    using is_transparent = void;
    bool operator()(const session* a, const session* b) const { return a->seal == b->seal; }
    bool operator()(const token_seal& a, const session* b) const { return a == *b->seal; }
    bool operator()(const session* a, const token_seal& b) const { return *a->seal == b; }
  };

  const limits& bounds_;
  boost::unordered_flat_set<owned, hash_of, same_hash> by_hash_;
  boost::unordered_flat_set<session*, hash_of_seal, same_seal> by_seal_;
  std::vector<session*> by_user_;  // the first of a user's; each leads to the next
  std::map<user_id, std::size_t> opening_;
};

}  // namespace lingerd
