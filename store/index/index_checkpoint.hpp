#pragma once

#include <compare>

#include "core/base/ids.hpp"

namespace lingerd {

// How far the rows of the message index (store/message_index.hpp) know the messages. They are
// brought up to date in sweeps over the conversations, in their order, and a sweep may rest between
// two of them:
//
//   conversations below `at`     know their messages up to `next`
//   the others                   up to `all`
//
// Between two sweeps `all` and `next` are the same, and `at` is 0. A later reach is greater.
struct index_reach {
  change_id all = 0;
  change_id next = 0;
  conversation at{};

  bool is_in_a_sweep() const { return next != all; }
  change_id of(conversation in) const { return in < at ? next : all; }

  friend auto operator<=>(const index_reach&, const index_reach&) = default;
};

}  // namespace lingerd
