#pragma once

#include <vector>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

// Everything that is needed to repeat a report's runs.
namespace lingerd::sim {

struct setting_line {
  phrase name;
  phrase value;
  bool is_code = false;
};

std::vector<setting_line> setting_of(const report& r);

// The line under the title: how many clients, how long, on what.
phrase lead_of(const report& r);

}  // namespace lingerd::sim
