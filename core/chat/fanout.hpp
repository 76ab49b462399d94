#pragma once

#include <boost/container/small_vector.hpp>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "core/base/limits.hpp"
#include "core/chat/directory.hpp"
#include "core/chat/subscriber.hpp"

namespace lingerd {

// Delivers published events to the streams of their readers. Owned by the chat; on the loop's
// thread.
//
// Each user has a channel: the newest published event that concerns the user, and the subscribers
// that wait. It is a level, not a queue: a stream compares its cursor with the channel, parks if
// there is nothing newer, and is signalled wake::news when there is. The newest encoded events lie
// in a ring; those of one user are linked backwards, so that collecting them touches no others:
//
//   ring     … e1 ←──────── e4      e7 ← e9      (numbers: places in the ring)
//   user 3        └── newest of user 3: e4        group 8: newest e9
//
// A group's events are linked once for the whole group, however many members it has.
//
// Invariants: (1) ids do not fall along the ring, and strictly rise along one chain; (2) every
// published event above floor_ is in the ring; (3) a link names the id it leads to, so that a walk
// knows when it is below a cursor without touching an entry that has left the ring.
class fanout {
 public:
  // The way to a user's previous event.
  struct link {
    user_id user = 0;
    std::uint64_t previous = 0;  // place in the ring; 0: none
    change_id previous_id = 0;
  };
  // The state whose value an event is. Of several values a reader that was away gets the newest.
  struct state {
    enum class kind : std::uint8_t { none, profile, friendship, group, read };
    kind type = kind::none;
    std::uint32_t party = 0;         // the user; of a group the group
    std::uint64_t conversation = 0;  // the key of the conversation that was read
    friend auto operator<=>(const state&, const state&) = default;
  };
  struct event {
    change_id id = 0;
    state state_value;  // none: a message
    std::string bytes;  // encoded
    bool is_message = false;
    user_id sender = 0;                             // of a message
    std::string cid;                                // for the sender alone; may be empty
    boost::container::small_vector<link, 2> links;  // one for each recipient, ascending by user
    group_id group = 0;                             // instead of links: all its members
    std::uint64_t group_previous = 0;
    change_id group_previous_id = 0;
  };

  fanout(const directory& directory, const limits& bounds)
      : directory_(directory), bounds_(bounds) {}

  // At start: nothing at or below `horizon` is in the ring.
  void start_at(change_id horizon) { floor_ = horizon; }

  // Puts an event for these users into the ring and wakes their streams. REQUIRES: recipients
  // ascend, and the id is not below the last event's.
  void publish(event e, std::span<const user_id> recipients);
  // The same for all present members of the group.
  void publish_to_group(event e, group_id g);

  // Whether something above `after` may concern the reader; false only if there is certainly
  // nothing.
  bool has_news(const person& reader, change_id after) const;

  // Collects the events above `after` that concern the reader into `found`, oldest first, of each
  // state the newest value alone. Pointers hold until the next publish. False if there may be some
  // and the ring does not reach back that far.
  bool collect(const person& reader, change_id after, std::vector<const event*>& found) const;

  // Registers a subscriber for news of `user`; it leaves the channel when it is woken.
  void wait(user_id user, subscriber& s) { channel_of(user).waiting.push_back(s); }
  // Wakes those of the user's subscribers that asked for presence.
  void wake_presence(user_id user);
  // Whether a subscriber of the user waits now.
  bool is_waiting(user_id user) const {
    return user < channels_.size() && !channels_[user].waiting.empty();
  }

  // For the simulator's bounds checker: what the ring holds, channels and heads of groups.
  std::size_t ring_entries() const { return ring_.size(); }
  std::size_t ring_bytes() const { return bytes_; }
  std::size_t channels() const { return channels_.size(); }
  std::size_t group_heads() const { return group_heads_.size(); }

 private:
  struct head {
    std::uint64_t place = 0;
    change_id id = 0;
  };
  struct channel {
    head newest;
    boost::intrusive::list<
        subscriber,
        boost::intrusive::member_hook<subscriber, subscriber_hook, &subscriber::in_channel>,
        boost::intrusive::constant_time_size<false>>
        waiting;
  };

  channel& channel_of(user_id);
  head newest_of(user_id u) const;
  head newest_of_group(group_id g) const;
  const member_link* membership_of(const person& reader, group_id g) const;
  static bool has_news(const member_link& member, change_id newest, change_id after);
  const event* entry_at(std::uint64_t place) const;
  static std::size_t weight(const event& e);  // bytes it holds
  std::uint64_t push(event e);
  void wake_all(channel& c);
  bool walk_own(const person& reader, change_id after, std::vector<const event*>& found) const;
  bool walk_group(group_id g, const member_link& member, change_id after,
                  std::vector<const event*>& found) const;

  const directory& directory_;
  const limits& bounds_;
  change_id floor_ = 0;
  std::deque<channel> channels_;   // by user; a deque, so that they never move
  std::vector<head> group_heads_;  // by group
  std::deque<event> ring_;         // ring_[i] has place first_ + i
  std::uint64_t first_ = 1;
  std::size_t bytes_ = 0;
};

}  // namespace lingerd
