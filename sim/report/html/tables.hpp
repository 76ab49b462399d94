#pragma once

#include <string>
#include <vector>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

namespace lingerd::sim::tables {

// A table as HTML: the first column names the row, the others are figures. It scrolls by itself
// where a phone is too narrow.
struct table {
  phrase name;  // read out, not shown
  std::vector<phrase> heads;
  std::vector<std::vector<phrase>> rows;
};
std::string html(const table& t);
// For a terminal, in English.
std::string plain_text(const table& t);

table latency(const report& r);
table correctness(const report& r);
table traffic(const report& r);
table server(const report& r);
table against_model(const report& r);

}  // namespace lingerd::sim::tables
