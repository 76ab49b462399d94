#pragma once

#include "core/base/ids.hpp"
#include "core/state/rows.hpp"

namespace lingerd {

// The signed-in user of a request, by its session.
struct caller {
  user_id user = 0;
  token_hash session{};
  bool by_cookie = false;
};

}  // namespace lingerd
