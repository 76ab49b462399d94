#pragma once

#include <CLI/CLI.hpp>

#include "tools/linger/options.hpp"

namespace lingerd {

// Each adds its command to the program; what runs is set as the subcommand's callback, and the exit
// code goes into `exit_code`: 0 done, 1 refused, 2 wrong usage.
void serve_command(CLI::App& program, int& exit_code);
void demo_command(CLI::App& program, int& exit_code);
void user_command(CLI::App& program, int& exit_code);
void friend_command(CLI::App& program, int& exit_code);
void group_command(CLI::App& program, int& exit_code);
void import_command(CLI::App& program, int& exit_code);
void version_command(CLI::App& program, int& exit_code);

}  // namespace lingerd
