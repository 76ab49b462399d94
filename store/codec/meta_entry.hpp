#pragma once

#include <string>
#include <string_view>

#include "store/codec/keys.hpp"
#include "store/engine/kv_transaction.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {

// The value of an entry of `meta` that every database has. Throws store_damaged if it is missing.
inline std::string_view meta_entry(kv_transaction& transaction, std::string_view name) {
  const auto value = transaction.get(table::meta, name);
  if (!value) {
    throw store_damaged("the database has lost its " + keys::describe(table::meta, name));
  }
  return *value;
}

}  // namespace lingerd
