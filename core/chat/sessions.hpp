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
#include "core/chat/subscriber.hpp"
#include "core/state/rows.hpp"

namespace lingerd {

// A keyed hash of a token, several times cheaper than its token_hash. Meaningless outside this
// process, which alone has the key.
using token_fingerprint = std::array<unsigned char, 16>;

// Sessions by the hash of their token, and the streams each holds. Follows the session rows. Owned
// by the chat; on the loop's thread.
class sessions {
 public:
  struct session {
    session_row row;
    boost::intrusive::list<
        subscriber,
        boost::intrusive::member_hook<subscriber, subscriber_hook, &subscriber::in_session>,
        boost::intrusive::constant_time_size<false>>
        held;  // oldest first
    // The cursor that is kept for the tutorial's page; 0: it has not asked yet.
    change_id classic = 0;
    session* next_of_user = nullptr;
    std::optional<token_fingerprint> fingerprint;
  };

  explicit sessions(const limits& bounds) : bounds_(bounds) {}

  void absorb(const session_row&);
  // Ends the session: its held streams are signalled wake::signed_out.
  void absorb_end(const token_hash&);

  // Remembers a use before it is written down.
  void touch(const token_hash&, wall_ms now);

  // Null where there is none. The pointer holds until the session ends: look it up again after each
  // wait.
  const session* find(const token_hash&) const;

  // The same by the fingerprint of a token that was seen before.
  const session* find(const token_fingerprint&) const;
  // Remembers the fingerprint. REQUIRES: the session exists, and the fingerprint is its token's.
  void remember(const token_hash&, const token_fingerprint&);

  // Registers a held stream. Beyond limits.held_per_session the session's oldest one is signalled
  // wake::crowded. False if there is no such session.
  bool hold(const token_hash&, subscriber&);

  // Where the tutorial's page continues: the horizon at first, then the last answer's cursor.
  // REQUIRES: the session exists.
  change_id classic_cursor(const token_hash&, change_id horizon);
  // Without effect if the session has ended.
  void set_classic_cursor(const token_hash&, change_id answered_up_to);

  // A session on its way to the disk: counts among the user's for as long as this lives.
  class opening {
   public:
    // `sessions` outlives it.
    opening(sessions& sessions, user_id user) : sessions_(sessions), user_(user) {
      ++sessions_.opening_[user_];
    }
    ~opening() {
      if (--sessions_.opening_[user_] == 0) sessions_.opening_.erase(user_);
    }
    opening(const opening&) = delete;
    opening& operator=(const opening&) = delete;

   private:
    sessions& sessions_;
    const user_id user_;
  };
  // The oldest sessions to end so that, once all pending sign-ins are committed, the user has at
  // most limits.sessions_per_user. REQUIRES: the new session has its `opening`.
  std::vector<token_hash> surplus(user_id) const;
  // Whether so many sign-ins are pending that the oldest of them would have to end.
  bool is_crowded(user_id) const;

  // For the simulator's bounds checker: the user's sessions, and the most streams one of them
  // holds.
  std::size_t count_of(user_id) const;
  std::size_t most_held(user_id) const;

  // A user's sessions, oldest first.
  std::vector<session_row> sessions_of(user_id) const;
  std::size_t size() const { return by_hash_.size(); }

 private:
  // The set holds the sessions themselves, which know their hash.
  using owned = std::unique_ptr<session>;
  struct hash_of {
    using is_transparent = void;
    using is_avalanching = void;  // the key is already a hash
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

  struct hash_of_fingerprint {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(const token_fingerprint& s) const {
      std::size_t n;
      std::memcpy(&n, s.data(), sizeof n);
      return n;
    }
    std::size_t operator()(const session* s) const { return (*this)(*s->fingerprint); }
  };
  struct same_fingerprint {
    using is_transparent = void;
    bool operator()(const session* a, const session* b) const {
      return a->fingerprint == b->fingerprint;
    }
    bool operator()(const token_fingerprint& a, const session* b) const {
      return a == *b->fingerprint;
    }
    bool operator()(const session* a, const token_fingerprint& b) const {
      return *a->fingerprint == b;
    }
  };

  const limits& bounds_;
  boost::unordered_flat_set<owned, hash_of, same_hash> by_hash_;
  boost::unordered_flat_set<session*, hash_of_fingerprint, same_fingerprint> by_fingerprint_;
  std::vector<session*> by_user_;  // a user's first session; next_of_user leads on
  std::map<user_id, std::size_t> opening_;
};

}  // namespace lingerd
