#pragma once

#include <boost/container/static_vector.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/rows.hpp"
#include "store/kv.hpp"

// Which messages a conversation has.
//
// The messages themselves lie in the order of their ids, whatever conversation they belong to: a
// commit appends to the end of one table, however many people write to however many. A key that
// began with the conversation would dirty a page for each conversation that a batch touches.
//
//   recent  conversation          → its newest message's head, and the ids of its newest, 32 at most
//   older   conversation, last id → 32 ids, each block full when it is put here, never written again
//
// Invariants: (1) the ids of a conversation are those in its blocks and in its recent row, rising in
// that order; (2) each of them is a row of `messages`, in this conversation; (3) a recent row is
// never empty.
namespace lingerd {

// Ids, newest first.
inline constexpr std::size_t ids_in_block = 32;
using id_block = boost::container::static_vector<change_id, ids_in_block>;

struct recent_row {
  message_head newest;
  id_block ids;  // the newest one is the first
};

// The message that the index lists for a conversation. Throws store_damaged where it is not there.
message_row message_listed(kv& from, conversation in, change_id id);

// The index in one transaction, which outlives it. All throw store_error.
class message_index {
 public:
  explicit message_index(kv& in) : kv_(in) {}

  // Adds a message. REQUIRES: its id is above all others of the conversation.
  void add(conversation in, const message_head& head);

  std::optional<message_head> newest(conversation in);
  // The newest id at or below `at`; 0: none.
  change_id at_or_below(conversation in, change_id at);
  // The next few ids above `after`, rising; empty if there is none.
  void above(conversation in, change_id after, std::vector<change_id>& ids);
  // The next few ids below `before`, falling; empty if there is none.
  void below(conversation in, change_id before, std::vector<change_id>& ids);

  void for_each_newest(const std::function<void(conversation, const message_head&)>& visit);

 private:
  // The conversation's recent row, until another one's is asked for; null: it has none.
  const recent_row* row_of(conversation in);

  kv& kv_;
  std::string buffer_;
  // Each message looks its conversation's row up several times: the last one is kept.
  std::optional<conversation> last_in_;
  recent_row last_;
};

}  // namespace lingerd
