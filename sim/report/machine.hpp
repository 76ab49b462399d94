#pragma once

#include <filesystem>

#include "sim/report/report.hpp"

namespace lingerd::sim {

// Describes this machine from /proc and /etc/os-release. Unknown values stay empty. `root` is "/",
// or a folder with the same files for tests.
machine this_machine(const std::filesystem::path& root = "/");

}  // namespace lingerd::sim
