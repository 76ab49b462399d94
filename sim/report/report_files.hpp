#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "sim/report/report.hpp"

namespace lingerd::sim {

std::string to_json(const report& r);  // schema "linger-report/1", bench/report.schema.json
std::string to_csv(const report& r);   // a line of column heads and one line for each run
std::string to_html(const report& r);  // one self-contained page that needs no scripts

// Throws std::runtime_error if the text is not a report.
report from_json(std::string_view text);

// Writes report.json, report.csv and report.html into a folder, which is created if missing; each
// file completely or not at all. Throws std::runtime_error (disk full, no permission).
void write_files(const report& r, const std::filesystem::path& folder);

}  // namespace lingerd::sim
