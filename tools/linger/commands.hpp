#pragma once

#include <CLI/CLI.hpp>

#include "tools/linger/options.hpp"

namespace lingerd {

// Each adds subcommands to the program. A subcommand runs in its callback during the parsing and
// sets `exit_code`, which must outlive the program: 0 done, 1 refused. Wrong usage (exit code 2)
// and exceptions are left to main().
void serve_command(CLI::App& program, int& exit_code);
void demo_command(CLI::App& program, int& exit_code);
void admin_commands(CLI::App& program, int& exit_code);  // user, friend, group, clock
// The command line with the noun's default verb, where it has one and none is given ("clock").
std::vector<std::string> with_default_verb(std::vector<std::string> arguments);
void import_command(CLI::App& program, int& exit_code);
void version_command(CLI::App& program, int& exit_code);

}  // namespace lingerd
