#include "sim/world/check/violation.hpp"

namespace lingerd::sim {

std::string_view name_of(invariant i) {
  switch (i) {
    case invariant::kept: return "kept";
    case invariant::once: return "once";
    case invariant::honest: return "honest";
    case invariant::allowed: return "allowed";
    case invariant::order: return "order";
    case invariant::gapless: return "gapless";
    case invariant::private_: return "private";
    case invariant::signed_in: return "signed_in";
    case invariant::timestamps: return "timestamps";
    case invariant::unread: return "unread";
    case invariant::history: return "history";
    case invariant::converged: return "converged";
    case invariant::awake: return "awake";
    case invariant::bounded: return "bounded";
    case invariant::tidy: return "tidy";
    case invariant::restart: return "restart";
    case invariant::alive: return "alive";
  }
  return "?";
}

}  // namespace lingerd::sim
