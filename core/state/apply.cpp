#include "core/state/apply.hpp"

#include <variant>

#include "core/state/apply_entry.hpp"

namespace lingerd {

applied apply(tables& state, const limits& bounds, const change& c) {
  applying::entry e(state, bounds);
  std::visit([&](const auto& one) { applying::apply_one(e, one); }, c);
  if (e.out.refused) CHECK(e.out.id == 0 && e.out.rows.empty() && !e.out.message);
  return std::move(e.out);
}

}  // namespace lingerd
