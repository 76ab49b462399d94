#include "sim/world/check/violation.hpp"

namespace lingerd::sim {

std::string_view name_of(clause c) {
  switch (c) {
    case clause::kept: return "kept";
    case clause::once: return "once";
    case clause::honest: return "honest";
    case clause::allowed: return "allowed";
    case clause::order: return "order";
    case clause::gapless: return "gapless";
    case clause::private_: return "private";
    case clause::signed_in: return "signed_in";
    case clause::timestamps: return "timestamps";
    case clause::unread: return "unread";
    case clause::history: return "history";
    case clause::converged: return "converged";
    case clause::awake: return "awake";
    case clause::bounded: return "bounded";
    case clause::tidy: return "tidy";
    case clause::restart: return "restart";
    case clause::alive: return "alive";
  }
  return "?";
}

}  // namespace lingerd::sim
