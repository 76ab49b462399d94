#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "sim/report/report.hpp"

namespace lingerd::sim {

std::string to_json(const report& r);  // schema "linger-report/1", bench/report.schema.json
std::string to_csv(const report& r);   // one line a run, with a head line
std::string to_html(const report& r);  // one self-contained page, readable without scripts

// Throws std::runtime_error where it is not a report.
report from_json(std::string_view text);

// report.json, report.csv and report.html into a folder, made if need be; each whole or not at all.
// Throws std::runtime_error (a full disk, no permission).
void write_files(const report& r, const std::filesystem::path& folder);

}  // namespace lingerd::sim
