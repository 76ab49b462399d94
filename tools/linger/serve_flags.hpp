#pragma once

#include <CLI/CLI.hpp>

#include "tools/linger/options.hpp"

namespace lingerd {

// What `serve` and `demo` have in common.
void add_serve_flags(CLI::App& app, serve_options& o);

}  // namespace lingerd
