#pragma once

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fanout.hpp"

// Faults that a test build plants into the streams, so that a checker can show that it finds them:
// LINGER_PLANTED=drop | repeat | swap in the environment, now and then. Compiled into linger-planted
// alone.
namespace lingerd::planted {

inline void spoil(std::vector<const fanout::event*>& found, user_id reader) {
  static const char* const wish = std::getenv("LINGER_PLANTED");
  static unsigned batches = 0;
  if (!wish) return;
  const std::string_view what = wish;
  if (what == "swap") {
    if (found.size() < 2 || !found.back()->is_message || !found[found.size() - 2]->is_message) return;
    if (++batches % 5 == 0) std::swap(found[found.size() - 1], found[found.size() - 2]);
    return;
  }
  const auto last = std::find_if(found.rbegin(), found.rend(), [&](const fanout::event* e) {
    return e->is_message && e->sender != reader;
  });
  if (last == found.rend() || ++batches % 20 != 0) return;
  if (what == "drop") found.erase(std::next(last).base());
  if (what == "repeat") found.push_back(*last);
}

}  // namespace lingerd::planted
