#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace lingerd {

// Adds the flag --config FILE for the help and the parser; with_config() reads the file.
void add_config_flag(CLI::App& app);

// The command line with the settings of its --config FILE inserted after the command's name as
// flags, so that the parser checks both in the same way. The file is TOML without sections: NAME =
// VALUE, with the flags' names. Beyond TOML, a value of one word needs no quotes, and a name may be
// repeated as its flag may. A flag on the command line takes precedence over the file, a list as a
// whole. Throws std::runtime_error that names the file and the line.
std::vector<std::string> with_config(std::vector<std::string> arguments);

}  // namespace lingerd
