#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/state/rows.hpp"
#include "store/codec/index_rows.hpp"
#include "store/engine/kv_transaction.hpp"

// What the message index does where stored rows are damaged. This is the only place that decides
// it; the memtable and the index report damage here and ask before they answer.
//
// The rule: damage neither stops everything nor is passed over in silence; an answer that might
// lack a message is refused. (a) A damaged message above the checkpoint belongs to the conversation
// that an undamaged row of `sent` names for its sender and cid. There it is listed, and whoever
// reads it gets store_damaged. (b) If no such row exists, its conversation is unknown: every answer
// from the memtable whose range of ids contains it is refused, until the checkpoint of the writer
// (which has kept in memory what it added itself) has covered it. (c) While a memtable holds a
// damaged message of either kind nothing is derived from it: no next message's number, no row of
// the index, no start of a server. (d) A damaged row of `recent`, or one whose number does not
// continue in the memtable, is found when a pass wants to extend it. Its conversation is
// quarantined: the row is marked unreadable for good, new messages to the conversation are refused
// until the server ends, and the next start of the server fails with the row's name. Other
// conversations are not affected.
namespace lingerd {

// The damage that one memtable knows of. Owned by it; on its thread.
class index_damage {
 public:
  // A damaged message, and its conversation where that is certain (attribute()).
  void add(change_id id, std::optional<conversation> conversation) {
    messages_.push_back({id, conversation});
  }
  void clear() { messages_.clear(); }
  // Drops the messages above this id: they were added by a batch that was lost.
  void roll_back(change_id above);
  // Drops the messages that the rows of the index cover. One without a conversation counts as
  // covered when no conversation's rows are below it.
  void advance(const index_checkpoint& checkpoint);
  // How many have no conversation.
  std::size_t unattributed() const;

  // Nothing more is added to this conversation, whatever becomes of the transaction. Until the
  // server ends.
  void quarantine(conversation target);
  // Throws store_damaged if the conversation is quarantined.
  void require_not_quarantined(conversation target) const;
  // Throws store_damaged if there is a damaged message, in whichever conversation: rule (c).
  void require_none() const;
  // Throws store_damaged if a message without a conversation lies between the two ids, both
  // excluded, and above the checkpoint of `target`: rule (b).
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
// and cid, if they can still be parsed, lead to a row of `sent`, whose checksum vouches for the
// conversation, and which must name the same id.
std::optional<conversation> attribute(kv_transaction& transaction, const kv_pair& row);

// Overwrites the format version of the conversation's row of `recent`, which makes it unreadable
// for good: rule (d). Its messages leave the memtable and are not in the row; if the row became
// readable again (the fault was in memory, not on the disk), they would be missing unnoticed.
void quarantine_row(kv_transaction& transaction, conversation target, std::string& buffer);

}  // namespace lingerd
