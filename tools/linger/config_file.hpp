#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace lingerd {

// The flag --config FILE; read_config() is what looks at it.
void add_config_flag(CLI::App& app);

// The command line with what stands in its --config FILE (TOML without sections: NAME = VALUE, the
// names those of the flags) put in front, so that it is checked in the same way. What is on the
// command line itself goes before the file. Throws std::runtime_error that names file and line.
std::vector<std::string> with_config(std::vector<std::string> arguments);

}  // namespace lingerd
