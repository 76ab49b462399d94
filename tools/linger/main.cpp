#include <algorithm>
#include <cstdio>
#include <exception>

#include "tools/linger/commands.hpp"
#include "tools/linger/config_file.hpp"
#include "tools/linger/memory_errors.hpp"

// linger: the server and its administration in one program.
int main(int argc, char** argv) {
  using namespace lingerd;
  report_memory_errors();
  CLI::App program("Linger: a self-hosted chat server for small boards");
  program.require_subcommand(1);
  program.fallthrough(false);
  int exit_code = 0;
  serve_command(program, exit_code);
  demo_command(program, exit_code);
  admin_commands(program, exit_code);
  import_command(program, exit_code);
  version_command(program, exit_code);
  const std::string command_name = argc > 1 ? argv[1] : "";
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == "serve") {
      arguments = with_config(std::move(arguments));
    }
    std::reverse(arguments.begin(), arguments.end());  // the order that CLI11 expects
    program.parse(std::move(arguments));
  } catch (const CLI::Success& help) {
    return program.exit(help);
  } catch (const CLI::ParseError& e) {
    const auto commands =
        program.get_subcommands([&](CLI::App* a) { return a->get_name() == command_name; });
    if (commands.empty() && !command_name.empty() && command_name.front() != '-') {
      std::fprintf(stderr, "linger: there is no command \"%s\"; see linger --help\n",
                   command_name.c_str());
      return 2;
    }
    std::fprintf(stderr, "linger: %s\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "linger: %s\n", e.what());
    return 1;
  }
  return exit_code;
}
