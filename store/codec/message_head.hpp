#pragma once

#include "core/state/rows.hpp"
#include "store/codec/record.hpp"

// The fields of a message's head, which a message and the newest-row of the index have in common.
// The id is not among them: the key, or the field before, holds it.
namespace lingerd::codec {

inline void write_head(record_writer& writer, const message_head& h) {
  writer.number(h.number).number(h.number_from).number(h.from);
}

// Throws store_damaged.
inline message_head read_head(record_reader& reader, change_id id) {
  message_head h;
  h.id = id;
  h.number = reader.number();
  h.number_from = reader.number();
  h.from = reader.u32();
  return h;
}

}  // namespace lingerd::codec
