#pragma once

#include <filesystem>

#include "sim/report/report.hpp"

namespace lingerd::sim {

// What this program runs on, from /proc and /etc/os-release. What cannot be told stays empty.
// `root` is "/", or a test's folder with the same files in it.
machine this_machine(const std::filesystem::path& root = "/");

}  // namespace lingerd::sim
