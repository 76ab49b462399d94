#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/state/rows.hpp"
#include "store/codec/index_rows.hpp"
#include "store/engine/kv_transaction.hpp"

// How the message index handles damaged rows. The rules stand here alone; the memtable and the
// index report damage to index_damage and check with it before they answer.
//
// Damage neither stops the whole server nor goes unnoticed; an answer that might lack a message is
// refused. The rules:
//
// (a) A damaged message above the checkpoint belongs to the conversation that an undamaged row of
//     `sent` names for its sender and cid. It is listed in that conversation, and reading it throws
//     store_damaged.
// (b) If no such row exists, its conversation is unknown. Every answer from the memtable with a
//     range of ids that contains it is refused, until the checkpoint covers it (the writer keeps
//     the heads that it has added in memory, and so can still write the rows).
// (c) While a memtable holds a damaged message of either kind, nothing is derived from it: no next
//     message's number, no row of the index, no start of a server.
// (d) A damaged row of `recent`, or one with a number that the memtable does not continue, is found
//     when a pass extends it. Its conversation is quarantined: the row is marked unreadable for
//     good, new messages to the conversation are refused until the server ends, and the next start
//     of the server fails with the row's name. Other conversations are not affected.
namespace lingerd {

// The damage that one memtable has found. Owned by the memtable; on its thread. The require_…()
// functions throw store_damaged.
class index_damage {
 public:
  // Adds a damaged message, with its conversation if that is certain (attribute()).
  void add(change_id id, std::optional<conversation> conversation) {
    messages_.push_back({id, conversation});
  }
  void clear() { messages_.clear(); }
  // Drops the messages above this id, which a lost batch had added.
  void roll_back(change_id above);
  // Drops the messages that the rows of the index cover. A message without a conversation is
  // covered once the rows of all conversations are complete up to it.
  void advance(const index_checkpoint& checkpoint);
  // The number of messages without a conversation.
  std::size_t unattributed() const;

  // No message is added to this conversation until the server ends, whether the current transaction
  // commits or not.
  void quarantine(conversation target);
  void require_not_quarantined(conversation target) const;
  // Fails if there is any damaged message: rule (c).
  void require_none() const;
  // Fails if a message without a conversation lies between the two ids, both excluded, and above
  // the checkpoint of `target`: rule (b).
  void require_complete(conversation target, change_id above, change_id below,
                        const index_checkpoint& checkpoint) const;

 private:
  struct damaged_message {
    change_id id;
    std::optional<lingerd::conversation> conversation;  // none: unknown
  };
  std::vector<damaged_message> messages_;  // rising
  std::vector<conversation> quarantined_conversations_;
};

// The conversation of a damaged row of `messages`; none if it is not certain: rule (a). Its sender
// and cid, if they can still be parsed, lead to a row of `sent`. That row must name the same id,
// and its checksum vouches for the conversation.
std::optional<conversation> attribute(kv_transaction& transaction, const kv_pair& row);

// Overwrites the format version of the conversation's row of `recent`, which makes it unreadable
// for good: rule (d). The conversation's messages leave the memtable without being added to the
// row; if the row became readable again (the fault was in memory, not on the disk), they would be
// missing unnoticed.
void quarantine_row(kv_transaction& transaction, conversation target, std::string& buffer);

}  // namespace lingerd
