#include "store/codec/index_rows.hpp"

#include "store/codec/keys.hpp"
#include "store/codec/message_head.hpp"
#include "store/codec/record.hpp"

namespace lingerd::codec {
namespace {

// Falling ids, each as the difference to its predecessor. The reader knows the first.
void write_falling(record_writer& writer, const id_block& ids) {
  writer.number(ids.size());
  for (std::size_t i = 1; i < ids.size(); ++i) writer.number(ids[i - 1] - ids[i]);
}
id_block read_falling(record_reader& reader, change_id newest) {
  const std::uint64_t count = reader.number_up_to(ids_in_block);
  if (count == 0) reader.fail("it is empty");
  id_block ids{newest};
  while (ids.size() < count) {
    const std::uint64_t step = reader.number();
    if (step == 0 || step >= ids.back()) reader.fail("its ids do not fall");
    ids.push_back(ids.back() - step);
  }
  return ids;
}

}  // namespace

void encode_indexed(std::string& out, std::string_view key, const index_checkpoint& checkpoint) {
  record_writer w(out);
  w.number(checkpoint.complete).number(checkpoint.pass_end).number(checkpoint.position.key);
  w.finish(table::meta, key);
}
index_checkpoint indexed(std::string_view key, std::string_view value) {
  record_reader reader(table::meta, key, value);
  index_checkpoint row;
  row.complete = reader.number_up_to(change_id_max);
  row.pass_end = reader.number_up_to(change_id_max);
  row.position.key = reader.number();
  reader.require_end();
  if (row.pass_end < row.complete) reader.fail("its pass ends before it begins");
  if (!row.is_in_a_pass() && row.position.key != 0) reader.fail("it has a position without a pass");
  return row;
}

void encode(std::string& out, std::string_view key, const recent_row& row) {
  record_writer w(out);
  w.number(row.newest.id);
  write_head(w, row.newest);
  write_falling(w, row.ids);
  w.finish(table::recent, key);
}
recent_row recent(std::string_view key, std::string_view value) {
  record_reader reader(table::recent, key, value, keys::recent_bytes);
  recent_row row;
  const change_id id = reader.number();
  row.newest = read_head(reader, id);
  row.ids = read_falling(reader, id);
  reader.require_end();
  return row;
}
message_head newest(std::string_view key, std::string_view value) {
  record_reader reader(table::recent, key, value, keys::recent_bytes);
  const change_id id = reader.number();
  return read_head(reader, id);
}

void encode(std::string& out, std::string_view key, const id_block& older) {
  record_writer w(out);
  write_falling(w, older);
  w.finish(table::older, key);
}
id_block older(std::string_view key, std::string_view value) {
  record_reader reader(table::older, key, value, keys::older_bytes);
  const id_block ids = read_falling(reader, keys::last_at(key));
  reader.require_end();
  return ids;
}

}  // namespace lingerd::codec
