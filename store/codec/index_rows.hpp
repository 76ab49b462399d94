#pragma once

#include <boost/container/static_vector.hpp>
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/ids.hpp"
#include "core/state/rows.hpp"

// The rows of the message index (store/index/message_index.hpp) and their encoding. Plain values;
// the functions follow the rules of store/codec/row_codec.hpp: encode() replaces the contents of
// `out`, and the decoders throw store_damaged.
namespace lingerd {

// Ids, newest first.
inline constexpr std::size_t ids_in_block = 32;
using id_block = boost::container::static_vector<change_id, ids_in_block>;

// Row of `recent`: the head of a conversation's newest message and its newest ids, never empty.
// Invariant: ids.front() == newest.id.
struct recent_row {
  message_head newest;
  id_block ids;
};

// Row "indexed" of `meta`: the id up to which the rows of the index are complete. A pass over the
// conversations, in their order, raises that id; it may pause between two conversations:
//
//   conversations below `position`    complete up to `pass_end`
//   the others                        complete up to `complete`
//
// Outside a pass `complete` and `pass_end` are equal, and `position` is 0. A later checkpoint
// compares greater.
struct index_checkpoint {
  change_id complete = 0;
  change_id pass_end = 0;
  conversation position{};

  bool is_in_a_pass() const { return pass_end != complete; }
  // The id up to which the rows of this conversation are complete.
  change_id complete_for(conversation c) const { return c < position ? pass_end : complete; }

  friend auto operator<=>(const index_checkpoint&, const index_checkpoint&) = default;
};

namespace codec {

void encode_indexed(std::string& out, std::string_view key, const index_checkpoint& checkpoint);
void encode(std::string& out, std::string_view key, const recent_row& row);
// A row of `older`. Its newest id is the one in the key.
void encode(std::string& out, std::string_view key, const id_block& older);

index_checkpoint indexed(std::string_view key, std::string_view value);
recent_row recent(std::string_view key, std::string_view value);
// The head in a row of `recent`, without decoding its ids.
message_head newest(std::string_view key, std::string_view value);
id_block older(std::string_view key, std::string_view value);

}  // namespace codec
}  // namespace lingerd
