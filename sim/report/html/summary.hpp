#pragma once

#include <functional>
#include <vector>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

// The answer that a report gives, from its runs alone.
namespace lingerd::sim {

// Whether a run's figures may be compared: whole, valid, and something was delivered.
bool counts_in(const run& r);

// The runs that cost least, by a figure of theirs: the least, and all whose figure is within a
// tenth of it, in order of the figure. Between those there is nothing to choose. Runs without a
// figure (0) and those that do not count are left out.
std::vector<const run*> least(const report& r, const std::function<double(const run&)>& figure);
// The same by the median of delivery, which may be off by more than a tenth: by what the seconds
// say, and by how much longer the same sends took to be acknowledged.
std::vector<const run*> fastest(const report& r);

// "SSE、WebSocket 与 长轮询"
phrase list_of(const std::vector<const run*>& runs);

// A sentence or two: which is fastest, which costs least while idle, what short polling costs.
phrase answer_of(const report& r);

// What is wrong with the runs, if anything: for a warning before the answer. Empty if nothing.
phrase warning_of(const report& r);

}  // namespace lingerd::sim
