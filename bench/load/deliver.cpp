// deliver: the load generator of the benchmarks. It shares no code with the server.
//
//   deliver --port 8080 --tokens FILE --subscribers 1000 --publishers 16 --seconds 5
//
// N subscribers each hold a long poll; P publishers send messages in a closed loop. Each message
// goes to the next subscriber: its poll is answered, and it polls again. With --fan-out each
// message goes to all subscribers, and the next one is sent when all have received it. With --hold
// there are only polls, or streams, and no messages.
//
// For Linger, the first N accounts of the token file (linger import --tokens) poll and the next P
// publish; each publisher is a friend of every account it writes to. bench/load/make_users writes
// the import file.
//
// One thread, one epoll instance. Latency is from the publish request to the poll's response.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "bench/load/workloads.hpp"

namespace {

// Each connection is an open file.
void raise_file_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("deliver: long polls, and messages that are delivered to them");
  load::options opts;
  program.add_option("--port", opts.port, "The server's port on 127.0.0.1")->capture_default_str();
  program.add_option("--server", opts.server, "The protocol to speak")
      ->check(CLI::IsMember({"linger", "nchan", "plain"}))
      ->capture_default_str();
  program.add_option("--tokens", opts.tokens, "Linger's accounts, from linger import --tokens");
  program.add_option("--subscribers", opts.subscribers, "Clients that poll")->capture_default_str();
  program.add_option("--publishers", opts.publishers, "Clients that publish, in a closed loop")
      ->capture_default_str();
  program
      .add_option(
          "--circles", opts.circles,
          "Divide the subscribers into so many circles; publisher P writes only to circle P "
          "modulo their number")
      ->check(CLI::Range(1, 100'000));
  program.add_option("--seconds", opts.seconds, "How long to measure")
      ->check(CLI::Range(0.1, 86'400.0))
      ->capture_default_str();
  program
      .add_option("--settle", opts.settle, "Seconds between the last poll and the first message")
      ->check(CLI::Range(0.0, 60.0))
      ->capture_default_str();
  program.add_option("--wait", opts.wait, "Seconds that Linger is asked to hold a poll")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  program.add_option("--body", opts.body, "Bytes of a message's request body")
      ->capture_default_str();
  CLI::Option* fan_out =
      program.add_flag("--fan-out", opts.fan_out, "Each message goes to all subscribers");
  program.add_flag("--hold", opts.hold, "Only hold polls or streams; no messages")
      ->excludes(fan_out);
  program.add_option("--transport", opts.transport, "What --hold holds")
      ->check(CLI::IsMember({"long", "sse", "websocket"}))
      ->capture_default_str();
  program.add_flag("--json", opts.json, "Print the results as one line of JSON");
  CLI11_PARSE(program, argc, argv);
  raise_file_limit();
  try {
    if (opts.hold) {
      load::hold(opts);
    } else if (opts.fan_out) {
      opts.publishers = 1;
      load::fan_out(opts);
    } else {
      load::deliver(opts);
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "deliver: %s\n", e.what());
    return 1;
  }
  return 0;
}
