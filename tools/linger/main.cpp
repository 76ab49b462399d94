#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

#include "core/base/text.hpp"
#include "tools/linger/commands.hpp"
#include "tools/linger/config_file.hpp"
#include "tools/linger/memory_errors.hpp"
#include "tools/linger/stop_signals.hpp"

namespace {

// Opens /dev/null for each standard stream that is closed (`>&-`): otherwise the database would get
// its number, and what is printed would be written into it.
void open_standard_streams() {
  int descriptor = ::open("/dev/null", O_RDWR);
  while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = ::dup(descriptor);
  if (descriptor >= 0) ::close(descriptor);
}

// Exit code 1 where what was printed could not be written, as to a full disk. A closed pipe has
// taken all that it wants (`| head -1`): that is no error.
int flush_output(int exit_code) {
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  struct stat status {};
  const bool is_pipe = ::fstat(STDOUT_FILENO, &status) == 0 &&
                       (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
  if (is_written || is_pipe) return exit_code;
  std::fprintf(stderr, "linger: cannot write the output\n");
  return exit_code == 0 ? 1 : exit_code;
}

}  // namespace

// linger: the server and its administration in one program.
int main(int argc, char** argv) {
  using namespace lingerd;
  open_standard_streams();
  report_memory_errors();
  // A reader that closes the pipe of stdout or stderr ends neither the server nor a command.
  std::signal(SIGPIPE, SIG_IGN);
  const std::string command_name = argc > 1 ? argv[1] : "";
  if (command_name == "serve" || command_name == "demo") hold_stop_signals();
  CLI::App program("Linger: a self-hosted chat server for small boards");
  program.require_subcommand(1);
  program.fallthrough(false);
  int exit_code = 0;
  serve_command(program, exit_code);
  demo_command(program, exit_code);
  admin_commands(program, exit_code);
  import_command(program, exit_code);
  version_command(program, exit_code);
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == "serve") {
      arguments = with_config(std::move(arguments));
    }
    arguments = with_default_verb(std::move(arguments));
    std::reverse(arguments.begin(), arguments.end());  // the order that CLI11 expects
    program.parse(std::move(arguments));
  } catch (const CLI::Success& help) {
    return program.exit(help);
  } catch (const CLI::ParseError& e) {
    const auto commands =
        program.get_subcommands([&](CLI::App* a) { return a->get_name() == command_name; });
    if (commands.empty() && !command_name.empty() && command_name.front() != '-') {
      std::fprintf(stderr, "linger: there is no command \"%s\"; see linger --help\n",
                   printable(command_name).c_str());
      return 2;
    }
    std::fprintf(stderr, "linger: %s\n", printable(e.what()).c_str());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "linger: %s\n", printable(e.what()).c_str());
    return 1;
  }
  return flush_output(exit_code);
}
