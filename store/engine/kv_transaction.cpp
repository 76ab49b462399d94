#include "store/engine/kv_transaction.hpp"

namespace lingerd {

std::string_view name_of(table t) {
  switch (t) {
    case table::meta: return "meta";
    case table::users: return "users";
    case table::names: return "names";
    case table::friends: return "friends";
    case table::groups: return "groups";
    case table::members: return "members";
    case table::joined: return "joined";
    case table::messages: return "messages";
    case table::sent: return "sent";
    case table::reads: return "reads";
    case table::sessions: return "sessions";
    case table::recent: return "recent";
    case table::older: return "older";
  }
  return "?";
}

void kv_transaction::for_each(table t, std::string_view lower, std::string_view upper,
                              const visitor& visit) {
  const auto cursor = walk(t);
  for (auto row = cursor->seek_at_or_above(lower); row; row = cursor->next()) {
    if (!upper.empty() && row->key >= upper) return;
    if (!visit(row->key, row->value)) return;
  }
}

}  // namespace lingerd
