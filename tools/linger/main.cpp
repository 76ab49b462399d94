#include <algorithm>
#include <cstdio>
#include <exception>

#include "tools/linger/commands.hpp"
#include "tools/linger/config_file.hpp"

// linger: the server and its administration, one program.
int main(int argc, char** argv) {
  using namespace lingerd;
  CLI::App program("Linger: a chat server for small boards");
  program.require_subcommand(1);
  program.fallthrough(false);
  int exit_code = 0;
  serve_command(program, exit_code);
  demo_command(program, exit_code);
  user_command(program, exit_code);
  friend_command(program, exit_code);
  group_command(program, exit_code);
  import_command(program, exit_code);
  version_command(program, exit_code);
  const std::string wanted = argc > 1 ? argv[1] : "";
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == "serve") {
      arguments = with_config(std::move(arguments));
    }
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    program.parse(std::move(arguments));
  } catch (const CLI::Success& help) {
    return program.exit(help);
  } catch (const CLI::ParseError& e) {
    const auto commands =
        program.get_subcommands([&](CLI::App* a) { return a->get_name() == wanted; });
    if (commands.empty() && !wanted.empty() && wanted.front() != '-') {
      std::fprintf(stderr, "linger: there is no command \"%s\"; see linger --help\n",
                   wanted.c_str());
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
