#include "store/index/damage.hpp"

#include <algorithm>

#include "store/codec/keys.hpp"
#include "store/codec/record.hpp"
#include "store/codec/row_codec.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

[[noreturn]] void refuse(change_id damaged) {
  throw store_damaged(keys::describe(table::messages, keys::message(damaged)) +
                      " is damaged, and the index does not know it yet");
}

}  // namespace

void index_damage::roll_back(change_id above) {
  std::erase_if(messages_, [&](const damaged_message& m) { return m.id > above; });
}

void index_damage::advance(const index_checkpoint& checkpoint) {
  std::erase_if(messages_, [&](const damaged_message& m) {
    return m.id <=
           (m.conversation ? checkpoint.complete_for(*m.conversation) : checkpoint.complete);
  });
}

std::size_t index_damage::unattributed() const {
  return static_cast<std::size_t>(
      std::count_if(messages_.begin(), messages_.end(),
                    [](const damaged_message& m) { return !m.conversation; }));
}

void index_damage::quarantine(conversation target) {
  if (std::find(quarantined_conversations_.begin(), quarantined_conversations_.end(), target) ==
      quarantined_conversations_.end()) {
    quarantined_conversations_.push_back(target);
  }
}

void index_damage::require_not_quarantined(conversation target) const {
  if (std::find(quarantined_conversations_.begin(), quarantined_conversations_.end(), target) ==
      quarantined_conversations_.end())
    return;
  throw store_damaged("the " + keys::describe(table::recent, keys::recent(target)) +
                      " is quarantined");
}

void index_damage::require_none() const {
  if (!messages_.empty()) refuse(messages_.front().id);
}

void index_damage::require_complete(conversation target, change_id above, change_id below,
                                    const index_checkpoint& checkpoint) const {
  const change_id lower = std::max(above, checkpoint.complete_for(target));
  for (const damaged_message& m : messages_) {
    if (!m.conversation && m.id > lower && m.id < below) refuse(m.id);
  }
}

std::optional<conversation> attribute(kv_transaction& transaction, const kv_pair& row) {
  constexpr std::size_t cid_bytes_max = 255;  // a key has no room for more
  const std::optional<message_row> claim = codec::unverified_message(row.key, row.value);
  if (!claim || claim->cid.empty() || claim->cid.size() > cid_bytes_max) return std::nullopt;
  const keys::key key = keys::sent(claim->head.sender, claim->cid);
  try {
    const auto value = transaction.get(table::sent, key);
    if (!value) return std::nullopt;
    const sent_row sent = codec::sent(key, *value);
    if (sent.id != claim->head.id) return std::nullopt;
    return sent.conversation;
  } catch (const store_damaged&) {
    return std::nullopt;
  }
}

void quarantine_row(kv_transaction& transaction, conversation target, std::string& buffer) {
  const keys::key key = keys::recent(target);
  const auto value = transaction.get(table::recent, key);
  buffer.assign(value.value_or(std::string_view()));
  if (buffer.empty()) buffer.resize(1);
  buffer.front() = static_cast<char>(record_quarantined);
  transaction.put(table::recent, key, buffer);
}

}  // namespace lingerd
