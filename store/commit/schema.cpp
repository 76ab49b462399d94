#include "store/commit/schema.hpp"

#include <string>

#include "store/codec/keys.hpp"
#include "store/commit/kv_tables.hpp"
#include "store/commit/loader.hpp"
#include "store/codec/meta_entry.hpp"
#include "store/codec/row_codec.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

constexpr std::size_t checked_at_start = 1000;

std::string random_epoch(entropy& chance) {
  constexpr char digits[] = "0123456789abcdef";
  std::string epoch;
  std::uint64_t n = chance.number();
  for (int i = 0; i < 16; ++i, n >>= 4) epoch += digits[n & 15];
  return epoch;
}

bool is_empty(kv& in) {
  for (std::size_t i = 0; i < table_count; ++i) {
    if (in.walk(static_cast<table>(i))->at_or_above({})) return false;
  }
  return true;
}

void found(backend& in, entropy& chance) {
  const auto txn = in.begin_write();
  std::string row;
  codec::encode_schema(row, keys::schema, codec::schema_version);
  txn->put(table::meta, keys::schema, row);
  meta_row meta;
  meta.epoch = random_epoch(chance);
  codec::encode(row, keys::state, meta);
  txn->put(table::meta, keys::state, row);
  codec::encode_indexed(row, keys::indexed, {});
  txn->put(table::meta, keys::indexed, row);
  txn->commit();
}

void check(kv& in) {
  const std::uint32_t schema = codec::schema(keys::schema, meta_entry(in, keys::schema));
  if (schema > codec::schema_version) {
    throw store_error(trouble::other, "the database has schema " + std::to_string(schema) +
                                          ", made by a newer version of this program, which "
                                          "knows schemas up to " +
                                          std::to_string(codec::schema_version));
  }
  if (schema < codec::schema_version) {
    throw store_error(trouble::other, "the database has schema " + std::to_string(schema) +
                                          ", made before the first release; this program reads "
                                          "schema " +
                                          std::to_string(codec::schema_version));
  }
  kv_tables(in).meta();
  check_newest(in, checked_at_start);
}

}  // namespace

void prepare(backend& in, entropy& chance) {
  bool fresh = false;
  {
    const auto txn = in.begin_read();
    fresh = is_empty(*txn);
    if (!fresh) check(*txn);
  }
  if (fresh) found(in, chance);
}

}  // namespace lingerd
