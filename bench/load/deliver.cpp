// deliver: N users each with a parked long poll, P publishers in a closed loop; each publish goes
// to the next user, whose poll is answered and who polls again. With --fan-out one message goes to
// all of them, and the next when all have it; with --hold there are only the polls, or streams.
//
//   deliver --port 8080 --tokens FILE --subscribers 1000 --publishers 16 --seconds 5
//
// The first N users of the token file (linger import --tokens) poll, the next P publish; each
// publisher is a friend of all whom he sends to (bench/load/make_users writes such a file).
// One thread, one epoll. Latency is from the publish's first byte to the poll's answer.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "bench/load/works.hpp"

namespace {

// A connection is a file: as many as this process may have.
void raise_file_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("deliver: parked polls, and messages that end them");
  load::settings s;
  program.add_option("--port", s.port);
  program.add_option("--server", s.server, "Whose requests to make")
      ->check(CLI::IsMember({"linger", "nchan", "plain"}))
      ->capture_default_str();
  program.add_option("--tokens", s.tokens, "Linger's accounts, from linger import --tokens");
  program.add_option("--subscribers", s.subscribers)->capture_default_str();
  program.add_option("--publishers", s.publishers)->capture_default_str();
  program
      .add_option("--circles", s.circles, "Publisher P writes to subscribers of circle P mod this")
      ->check(CLI::Range(1, 100'000));
  program.add_option("--seconds", s.seconds)->check(CLI::Range(0.1, 86'400.0));
  program.add_option("--settle", s.settle, "Seconds between the last poll and the first message")
      ->check(CLI::Range(0.0, 60.0));
  program.add_option("--wait", s.wait, "Seconds that Linger is asked to hold a poll")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  program.add_option("--body", s.body, "Bytes of a message's request body")->capture_default_str();
  CLI::Option* all = program.add_flag("--fan-out", s.fan_out, "Each message goes to everybody");
  program.add_flag("--hold", s.hold, "Only hold the polls, for looking at the server's memory")
      ->excludes(all);
  program.add_option("--transport", s.transport, "What --hold holds")
      ->check(CLI::IsMember({"long", "sse", "websocket"}));
  program.add_flag("--json", s.json, "Print one line of JSON");
  CLI11_PARSE(program, argc, argv);
  raise_file_limit();
  try {
    if (s.hold) {
      load::hold(s);
    } else if (s.fan_out) {
      s.publishers = 1;
      load::fan_out(s);
    } else {
      load::deliver(s);
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "deliver: %s\n", e.what());
    return 1;
  }
  return 0;
}
