#pragma once

#include <functional>
#include <vector>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

// The conclusions of a report, from its runs alone.
namespace lingerd::sim {

// Whether a run can be compared: complete, valid, and with deliveries.
bool is_comparable(const run& r);

// The runs with the least figure: the least, and all within a tenth of it, which is below the
// noise; in ascending order. Runs without a figure (0) and runs that are not comparable are left
// out.
std::vector<const run*> least(const report& r, const std::function<double(const run&)>& figure);
// The same for the median delivery time, with a larger tolerance: the variation between seconds,
// and how much longer the sends of a run took to be acknowledged.
std::vector<const run*> fastest(const report& r);

// The names as a list: "SSE、WebSocket 和长轮询".
phrase list_of(const std::vector<const run*>& runs);

// One or two sentences: the fastest run, the least idle traffic, the cost of short polling.
phrase summary_of(const report& r);

// A warning about incorrect, invalid or cut runs; empty if there is none.
phrase warning_of(const report& r);

}  // namespace lingerd::sim
