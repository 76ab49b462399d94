#pragma once

#include <string>
#include <string_view>

#include "store/codec/keys.hpp"
#include "store/engine/kv_transaction.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {

// An entry of table meta that every database has. Throws store_damaged where it is lost.
inline std::string_view meta_entry(kv& in, std::string_view name) {
  const auto value = in.get(table::meta, name);
  if (!value) {
    throw store_damaged("the database has lost its " + keys::describe(table::meta, name));
  }
  return *value;
}

}  // namespace lingerd
