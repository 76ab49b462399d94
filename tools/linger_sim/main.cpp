#include <cstdio>
#include <exception>

#include "core/base/text.hpp"
#include "tools/linger_sim/commands.hpp"

// linger-sim: runs thousands of virtual clients against a server and reports the measurements.
int main(int argc, char** argv) {
  using namespace lingerd::sim;
  using lingerd::printable;
  CLI::App program(
      "Linger's simulator: measures the cost of long polling, short polling, SSE and WebSocket");
  program.require_subcommand(1);
  program.fallthrough(false);
  int exit_code = 0;
  load_command(program, exit_code);
  world_command(program, exit_code);
  compare_command(program, exit_code);
  diff_command(program, exit_code);
  const std::string wanted = argc > 1 ? argv[1] : "";
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return program.exit(help);
  } catch (const CLI::ParseError& e) {
    const auto commands =
        program.get_subcommands([&](CLI::App* a) { return a->get_name() == wanted; });
    if (commands.empty() && !wanted.empty() && wanted.front() != '-') {
      std::fprintf(stderr, "linger-sim: unknown command \"%s\"; see linger-sim --help\n",
                   printable(wanted).c_str());
      return 2;
    }
    std::fprintf(stderr, "linger-sim: %s\n", printable(e.what()).c_str());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "linger-sim: %s\n", printable(e.what()).c_str());
    return 1;
  }
  return exit_code;
}
