#pragma once

#include "core/state/rows.hpp"
#include "store/codec/record.hpp"

// Encodes the fields of a message's head, which a row of `messages` and a row of `recent` share.
// Without the id, which the key or the preceding field holds.
namespace lingerd::codec {

inline void write_head(record_writer& writer, const message_head& h) {
  writer.number(h.number).number(h.number_from).number(h.sender);
}

// Throws store_damaged.
inline message_head read_head(record_reader& reader, change_id id) {
  message_head h;
  h.id = id;
  h.number = reader.number();
  h.number_from = reader.number();
  h.sender = reader.u32();
  return h;
}

}  // namespace lingerd::codec
