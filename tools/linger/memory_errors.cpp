#include "tools/linger/memory_errors.hpp"

#include <unistd.h>

#include <csignal>
#include <cstddef>

namespace lingerd {
namespace {

// On whichever thread touched the page; only what a signal handler may call.
void on_bus_error(int) {
  constexpr char line[] =
      "linger: a page of the database cannot be read or written: the disk fails or has no room, or "
      "the file was cut short\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line, sizeof line - 1);
  ::_exit(1);
}

}  // namespace

void report_memory_errors() {
  struct sigaction action {};
  action.sa_handler = on_bus_error;
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace lingerd
