#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "tests/server/server_fixture.hpp"

// The program as a process: signals, and standard streams that are closed.
namespace lingerd::server_tests {
namespace {

using namespace std::chrono_literals;

// Runs a shell command with $LINGER and $DATA set; the exit code.
int shell(const temp_folder& f, const std::string& command) {
  const std::string line = "LINGER='" + beside_linger("linger") + "'; DATA='" + (f / "data") +
                           "'; OUT='" + f.path().string() + "'; " + command;
  process p({"-c", line}, {}, "/bin/bash");
  return p.wait();
}

// Before, the handler of the signal was installed after the line was printed. On one processor the
// reader of the pipe runs as soon as the line is there.
TEST(Process, ASignalRightAfterTheListeningLineEndsTheServerInOrder) {
  temp_folder f;
  EXPECT_EQ(shell(f, R"(
      taskset -p -c 0 $$ >/dev/null
      mkfifo "$OUT/pipe"
      for i in $(seq 40); do
        "$LINGER" serve --data "$DATA" --listen 127.0.0.1:0 >"$OUT/pipe" 2>/dev/null &
        read -r line <"$OUT/pipe"
        kill -TERM $!
        wait $! || exit
      done)"),
            0);
}

// The signal waits while the program is loaded: the child has it blocked.
TEST(Process, ASignalBeforeTheServerListensEndsItInOrderToo) {
  temp_folder f;
  sigset_t stop, earlier;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  for (int i = 0; i < 10; ++i) {
    ::pthread_sigmask(SIG_BLOCK, &stop, &earlier);
    process p({"serve", "--data", f / "data", "--listen", "127.0.0.1:0"});
    ::pthread_sigmask(SIG_SETMASK, &earlier, nullptr);
    nap(std::chrono::milliseconds(3 * i));
    p.signal(SIGTERM);
    ASSERT_EQ(p.wait(5s), 0) << i << p.errors();
  }
}

TEST(Process, AClosedTerminalEndsTheServerInOrder) {
  temp_folder f;
  process p({"serve", "--data", f / "data", "--listen", "127.0.0.1:0"});
  const auto end = std::chrono::steady_clock::now() + patience;
  while (p.output().empty() && std::chrono::steady_clock::now() < end) nap();
  p.signal(SIGHUP);
  EXPECT_EQ(p.wait(), 0) << p.errors();
}

// Before, the log's first line on the closed pipe killed the server in the middle of its end.
TEST(Process, AServerWhoseLogNobodyReadsEndsInOrder) {
  temp_folder f;
  EXPECT_EQ(shell(f, R"(
      mkfifo "$OUT/pipe"
      "$LINGER" serve --data "$DATA" --listen 127.0.0.1:0 >"$OUT/out" 2>"$OUT/pipe" &
      exec 3<"$OUT/pipe"
      exec 3<&-
      for i in $(seq 400); do [[ -s $OUT/out ]] && break; sleep 0.02; done
      kill -TERM $!; wait $!)"),
            0);
}

TEST(Process, ACommandWhoseOutputNobodyReadsStillDoesItsWork) {
  temp_folder f;
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += R"({"user":"user)" + std::to_string(i) + "\"}\n";
  write_file(f / "cast", lines);
  EXPECT_EQ(shell(f, R"("$LINGER" import "$OUT/cast" --data "$DATA")"), 0);
  EXPECT_EQ(shell(f, R"("$LINGER" user list --data "$DATA" | head -1 >/dev/null
                        exit ${PIPESTATUS[0]})"),
            0);
}

// No file of the database gets the number of a standard stream, and its text.
TEST(Process, AClosedStandardOutputIsNotTheDatabase) {
  temp_folder f;
  EXPECT_EQ(shell(f, R"("$LINGER" user add li --data "$DATA" >&- 2>&- <&-)"), 0);
  EXPECT_EQ(shell(f, R"(
      "$LINGER" serve --data "$DATA" --listen 127.0.0.1:0 >&- 2>&- <&- &
      for i in $(seq 400); do [[ -S $DATA/control.sock ]] && break; sleep 0.02; done
      sleep 0.2
      kill -TERM $!; wait $!)"),
            0);
  EXPECT_EQ(shell(f, R"("$LINGER" user list --data "$DATA" >"$OUT/list"
                        ! grep -q -e added -e listening -e 'going down' "$DATA"/*)"),
            0);
  EXPECT_NE(read_file(f / "list").find("li"), std::string::npos);
}

TEST(Process, AFullDiskUnderTheOutputIsTold) {
  temp_folder f;
  EXPECT_EQ(shell(f, R"("$LINGER" version >/dev/full 2>"$OUT/error")"), 1);
  EXPECT_EQ(read_file(f / "error"), "linger: cannot write the output\n");
}

TEST(Process, EveryIPv6AddressBesideEveryIPv4Address) {
  temp_folder f;
  std::uint16_t port = 0;
  {
    server free(f / "free");
    port = free.port();
  }
  const std::string v4 = "0.0.0.0:" + std::to_string(port), v6 = "[::]:" + std::to_string(port);
  for (const auto& [first, second] : {std::pair(v4, v6), std::pair(v6, v4)}) {
    process p({"serve", "--data", f / "data", "--listen", first, "--listen", second});
    const auto end = std::chrono::steady_clock::now() + patience;
    while (p.is_running() && std::ranges::count(p.output(), '\n') < 2 &&
           std::chrono::steady_clock::now() < end) {
      nap();
    }
    if (p.errors().find("Address family") != std::string::npos) GTEST_SKIP() << "no IPv6 here";
    EXPECT_TRUE(p.is_running()) << p.errors();
    EXPECT_EQ(ask_once(port, request("GET", "/healthz")).body, "ok");
    p.signal(SIGTERM);
    EXPECT_EQ(p.wait(), 0);
  }
}

// Before, the loop ended after five seconds, and the thread was waited for without a word: the
// change was stored and never acknowledged.
TEST(Process, AChangeInASlowSyncIsAcknowledgedBeforeTheEnd) {
  temp_folder f;
  const std::string slow = f / "slow";
  ::setenv("LINGER_TEST_SLOW_SYNC", slow.c_str(), 1);
  ::setenv("LD_PRELOAD", beside_linger("liblinger_slow_sync.so").c_str(), 1);
  // AddressSanitizer's library is not the first one then.
  ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
  running_server w;
  ::unsetenv("LD_PRELOAD");
  ::unsetenv("ASAN_OPTIONS");
  connection poll(w.port()), sender(w.port());
  reader(w, "mei").hold(poll);
  write_file(slow, "");
  sender.send(json_request("POST", "/api/messages", w.token("li"),
                           {{"type", "single"}, {"to", w.id("han")}, {"msg", "hello"}}));
  nap(500ms);
  ASSERT_TRUE(poll.is_quiet_for(10ms));
  const auto begin = std::chrono::steady_clock::now();
  int exit_code = -1;
  std::jthread stopping([&] {
    try {
      exit_code = w.server_process().stop();
    } catch (const std::exception&) {
      exit_code = 255;
    }
  });
  EXPECT_EQ(poll.read(false, 2s).status, 200) << "a held answer does not wait for the disk";
  std::filesystem::remove(slow);
  EXPECT_EQ(sender.read().status, 201);
  EXPECT_GT(std::chrono::steady_clock::now() - begin, 6s);
  stopping.join();
  EXPECT_EQ(exit_code, 0);
  EXPECT_NE(w.server_process().errors().find("waiting for 1 change to be stored"),
            std::string::npos)
      << w.server_process().errors();
}

}  // namespace
}  // namespace lingerd::server_tests
