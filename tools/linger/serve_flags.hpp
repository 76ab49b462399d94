#pragma once

#include <CLI/CLI.hpp>

#include "tools/linger/options.hpp"

namespace lingerd {

// Adds the flags that `serve` and `demo` share; they are parsed into `o`, which must outlive `app`.
void add_serve_flags(CLI::App& app, serve_options& o);

}  // namespace lingerd
