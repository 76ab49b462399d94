#include <cstdio>
#include <exception>

#include "tools/linger/commands.hpp"

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
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return program.exit(help);
  } catch (const CLI::ParseError& e) {
    std::fprintf(stderr, "linger: %s\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "linger: %s\n", e.what());
    return 1;
  }
  return exit_code;
}
