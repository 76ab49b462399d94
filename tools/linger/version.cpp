#include <cstdio>

#include "build_info.hpp"
#include "tools/linger/commands.hpp"

namespace lingerd {

void version_command(CLI::App& program, int&) {
  program.add_subcommand("version", "Print the version")->callback([] {
    std::printf("linger %.*s (%.*s, %.*s)\n", static_cast<int>(build::version.size()),
                build::version.data(), static_cast<int>(build::commit.size()), build::commit.data(),
                static_cast<int>(build::compiler.size()), build::compiler.data());
  });
}

}  // namespace lingerd
