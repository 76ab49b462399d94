#pragma once

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "core/base/planted_faults.hpp"
#include "core/chat/fanout.hpp"

namespace lingerd::planted {

// Damages a batch now and then, where the planted fault is drop, repeat or swap.
inline void damage_batch(std::vector<const fanout::event*>& found, user_id reader) {
  static unsigned batches = 0;
  if (is(fault::swap)) {
    if (found.size() < 2 || !found.back()->is_message || !found[found.size() - 2]->is_message)
      return;
    if (++batches % 5 == 0) std::swap(found[found.size() - 1], found[found.size() - 2]);
    return;
  }
  if (!is(fault::drop) && !is(fault::repeat)) return;
  const auto last = std::find_if(found.rbegin(), found.rend(), [&](const fanout::event* e) {
    return e->is_message && e->sender != reader;
  });
  if (last == found.rend() || ++batches % 20 != 0) return;
  if (is(fault::drop)) found.erase(std::next(last).base());
  if (is(fault::repeat)) found.push_back(*last);
}

}  // namespace lingerd::planted
