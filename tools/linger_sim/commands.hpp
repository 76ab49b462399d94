#pragma once

#include <CLI/CLI.hpp>

namespace lingerd::sim {

// Each function adds its command to the program. When the command runs, it sets `exit_code`: 0 if
// every message was delivered once and in order; 1 if the checker found an error or a run is
// invalid; 2 for wrong usage.
void load_command(CLI::App& program, int& exit_code);
void world_command(CLI::App& program, int& exit_code);
void compare_command(CLI::App& program, int& exit_code);
void diff_command(CLI::App& program, int& exit_code);

}  // namespace lingerd::sim
