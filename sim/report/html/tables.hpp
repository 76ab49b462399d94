#pragma once

#include <string>
#include <vector>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

namespace lingerd::sim::tables {

// A table: the first column names the row, the others are figures. In HTML it scrolls horizontally
// on a narrow screen.
struct table {
  phrase name;  // for screen readers only
  std::vector<phrase> heads;
  std::vector<std::vector<phrase>> rows;
};
std::string html(const table& t);
// Plain text in English, for a terminal.
std::string plain_text(const table& t);

table latency(const report& r);
table correctness(const report& r);
table traffic(const report& r);
table server(const report& r);
table against_model(const report& r);

}  // namespace lingerd::sim::tables
