#include "store/commit/schema.hpp"

#include <string>

#include "store/codec/index_rows.hpp"
#include "store/codec/keys.hpp"
#include "store/codec/meta_entry.hpp"
#include "store/codec/row_codec.hpp"
#include "store/commit/kv_tables.hpp"
#include "store/commit/loader.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

constexpr std::size_t checked_at_start = 1000;

std::string random_epoch(entropy& entropy) {
  constexpr char digits[] = "0123456789abcdef";
  std::string epoch;
  std::uint64_t n = entropy.number();
  for (int i = 0; i < 16; ++i, n >>= 4) epoch += digits[n & 15];
  return epoch;
}

bool is_empty(kv_transaction& transaction) {
  for (std::size_t i = 0; i < table_count; ++i) {
    if (transaction.walk(static_cast<table>(i))->seek_at_or_above({})) return false;
  }
  return true;
}

void initialize(backend& storage, entropy& entropy) {
  const auto txn = storage.begin_write();
  std::string row;
  codec::encode_schema(row, keys::schema, codec::schema_version);
  txn->put(table::meta, keys::schema, row);
  meta_row meta;
  meta.epoch = random_epoch(entropy);
  codec::encode(row, keys::state, meta);
  txn->put(table::meta, keys::state, row);
  codec::encode_indexed(row, keys::indexed, {});
  txn->put(table::meta, keys::indexed, row);
  txn->commit();
}

void verify(kv_transaction& transaction) {
  const std::uint32_t schema = codec::schema(keys::schema, meta_entry(transaction, keys::schema));
  if (schema > codec::schema_version) {
    throw store_error(store_failure::other,
                      "the database has schema " + std::to_string(schema) +
                          ", made by a newer version of Linger; this version reads schemas up to " +
                          std::to_string(codec::schema_version) +
                          ". Install that version again, or put a backup made by this one in the "
                          "database's place");
  }
  if (schema < codec::schema_version) {
    throw store_error(store_failure::other,
                      "the database has schema " + std::to_string(schema) +
                          ", made before the first release; this program reads "
                          "schema " +
                          std::to_string(codec::schema_version));
  }
  kv_tables(transaction).meta();
  check_newest(transaction, checked_at_start);
}

}  // namespace

void prepare(backend& storage, entropy& entropy) {
  bool fresh = false;
  {
    const auto txn = storage.begin_read();
    fresh = is_empty(*txn);
    if (!fresh) verify(*txn);
  }
  if (fresh) initialize(storage, entropy);
}

}  // namespace lingerd
