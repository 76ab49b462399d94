#pragma once

#include <CLI/CLI.hpp>

namespace lingerd::sim {

// Each adds its command to the program and sets `exit_code` when it runs: 0 all delivered, nothing
// lost, doubled or out of order; 1 the checker found something or a run is invalid; 2 wrong usage.
void load_command(CLI::App& program, int& exit_code);
void world_command(CLI::App& program, int& exit_code);
void compare_command(CLI::App& program, int& exit_code);
void diff_command(CLI::App& program, int& exit_code);

}  // namespace lingerd::sim
