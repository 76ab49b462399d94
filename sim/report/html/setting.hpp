#pragma once

#include <vector>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

// What is needed to repeat the runs of a report.
namespace lingerd::sim {

struct setting_line {
  phrase name;
  phrase value;
  bool is_code = false;
};

std::vector<setting_line> setting_of(const report& r);

// The line under the title: clock, clients, duration, processor.
phrase subtitle_of(const report& r);

}  // namespace lingerd::sim
