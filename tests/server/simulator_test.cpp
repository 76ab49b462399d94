#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/server/server_fixture.hpp"

// linger-sim load, run as a program.
namespace lingerd::server_tests {
namespace {

using std::chrono::seconds;

std::vector<std::string> small_load(std::vector<std::string> more) {
  std::vector<std::string> all{"load", "--clients", "20",    "--duration",
                               "2s",   "--rate",    "100/s", "--quiet"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// Expects no run to have an error. Exit code 1 is accepted where the machine was too busy for the
// schedule (an invalid run).
void expect_clean(const ended& e, const json::value& report) {
  bool valid = true;
  for (const json::value& run : report.at("runs").as_array()) {
    for (const char* bad : {"lost", "duplicated", "out_of_order", "unexpected", "refused"}) {
      EXPECT_EQ(number(run.at("counts").at(bad)), 0U) << bad << " " << text(run.at("transport"));
    }
    valid = valid && run.at("generator").at("valid").as_bool();
  }
  EXPECT_EQ(e.exit_code, valid ? 0 : 1) << e.err;
}

TEST(Simulator, FindsNothingWrongWithAnyTransport) {
  temp_folder f;
  const ended e = run_simulator(small_load({"--transport", "short,long,sse,websocket",
                                            "--poll-interval", "200ms", "--out", f / "out"}),
                                seconds(120));
  const json::value r = json::parse(read_file(f / "out/report.json"));
  expect_clean(e, r);
  EXPECT_EQ(text(r.at("schema")), "linger-report/1");
  ASSERT_EQ(r.at("runs").as_array().size(), 4U);
  for (const json::value& run : r.at("runs").as_array()) {
    const json::value& c = run.at("counts");
    EXPECT_EQ(number(c.at("attempted")), 200U);
    EXPECT_EQ(number(c.at("acknowledged")), 200U);
    EXPECT_EQ(number(c.at("delivered")), number(c.at("expected")));
  }
  EXPECT_TRUE(std::filesystem::exists(f / "out/report.html"));
  EXPECT_TRUE(std::filesystem::exists(f / "out/report.csv"));
}

TEST(Simulator, GroupMessagesReachAllMembers) {
  temp_folder f;
  const ended e = run_simulator(small_load({"--groups", "2x10", "--json", f / "r.json"}));
  const json::value r = json::parse(read_file(f / "r.json"));
  expect_clean(e, r);
  const json::value& c = r.at("runs").at(0).at("counts");
  EXPECT_EQ(number(c.at("expected")), 200U * 9);
  EXPECT_EQ(number(c.at("delivered")), 200U * 9);
}

class PlantedFault : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(PlantedFault, IsFoundAndNamed) {
  const auto [fault, count] = GetParam();
  temp_folder f;
  ::setenv("LINGER_PLANTED", fault, 1);
  // Short polls: only several messages in one answer can be swapped.
  const ended e =
      run_simulator({"load", "--clients", "4", "--duration", "3s", "--rate", "200/s", "--quiet",
                     "--transport", "short", "--poll-interval", "200ms", "--linger",
                     beside_linger("linger-planted"), "--json", f / "r.json"});
  ::unsetenv("LINGER_PLANTED");
  EXPECT_EQ(e.exit_code, 1) << e.err;
  const json::value r = json::parse(read_file(f / "r.json"));
  const json::value& run = r.at("runs").at(0);
  EXPECT_GT(number(run.at("counts").at(count)), 0U) << json::serialize(run.at("counts"));
  EXPECT_FALSE(text(run.at("first_case")).empty());
}

INSTANTIATE_TEST_SUITE_P(Each, PlantedFault,
                         testing::Values(std::pair("drop", "lost"),
                                         std::pair("repeat", "duplicated"),
                                         std::pair("swap", "out_of_order")),
                         [](const auto& info) { return std::string(info.param.first); });

TEST(Simulator, DrivesAServerThatRunsAlready) {
  running_server w;
  temp_folder f;
  const std::string tokens = w.folder() / "load.tokens";
  write_file(tokens, "li\t" + std::to_string(w.id("li")) + "\t" + w.token("li") + "\nhan\t" +
                         std::to_string(w.id("han")) + "\t" + w.token("han") + "\n");
  const std::string url = "http://127.0.0.1:" + std::to_string(w.port());
  const ended e =
      run_simulator({"load", "--url", url, "--tokens", tokens, "--clients", "2", "--duration", "2s",
                     "--rate", "50/s", "--quiet", "--json", f / "r.json"});
  expect_clean(e, json::parse(read_file(f / "r.json")));
  // The same seed again on the same server: the cids differ by the run's salt.
  const ended again =
      run_simulator({"load", "--url", url, "--tokens", tokens, "--clients", "2", "--duration", "2s",
                     "--rate", "50/s", "--quiet", "--json", f / "again.json"});
  expect_clean(again, json::parse(read_file(f / "again.json")));
}

TEST(Simulator, BadFlagsAreWrongUsage) {
  for (const std::vector<std::string>& flags :
       std::vector<std::vector<std::string>>{{"load", "--clients", "none"},
                                             {"load", "--transport", "pigeon"},
                                             {"load", "--duration", "-3s"},
                                             {"load", "--rate", "fast"},
                                             {"load", "--nonsense"},
                                             {"nonsense"},
                                             {}}) {
    const ended e = run_simulator(flags);
    EXPECT_EQ(e.exit_code, 2) << (flags.empty() ? "" : flags.back()) << e.err;
    EXPECT_FALSE(e.err.empty());
  }
}

TEST(Simulator, AnUnreachableServerOrUnreadableFileIsOneLine) {
  temp_folder f;
  write_file(f / "tokens", "li\t1\tno-token\nhan\t2\tno-token\n");
  write_file(f / "nonsense", "this is no token file\n");
  running_server w;
  const std::string running = "http://127.0.0.1:" + std::to_string(w.port());
  const auto one_line = [](const ended& e) {
    EXPECT_EQ(e.exit_code, 1) << e.err;
    EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << e.err;
  };
  one_line(run_simulator(small_load({"--url", "http://127.0.0.1:1", "--tokens", f / "tokens"})));
  one_line(run_simulator(small_load({"--url", running, "--tokens", f / "tokens"})));
  one_line(run_simulator(small_load({"--url", running, "--tokens", f / "nonsense"})));
  one_line(run_simulator(small_load({"--linger", f / "nothing-here"})));
}

TEST(Simulator, AReportThatCannotBeWrittenIsAnError) {
  temp_folder f;
  write_file(f / "file", "in the way");
  const ended e = run_simulator({"load", "--clients", "2", "--duration", "1s", "--rate", "10/s",
                                 "--quiet", "--out", f / "file"});
  EXPECT_EQ(e.exit_code, 1);
  EXPECT_FALSE(e.err.empty());
}

TEST(Simulator, ReportsARunInWhichTheServerWasKilled) {
  temp_folder f;
  running_server w;
  write_file(f / "tokens", "li\t" + std::to_string(w.id("li")) + "\t" + w.token("li") + "\nhan\t" +
                               std::to_string(w.id("han")) + "\t" + w.token("han") + "\n");
  process p(
      {"load", "--url", "http://127.0.0.1:" + std::to_string(w.port()), "--tokens", f / "tokens",
       "--clients", "2", "--duration", "6s", "--rate", "50/s", "--quiet", "--json", f / "r.json"},
      {}, "linger-sim");
  nap(std::chrono::milliseconds(3000));
  w.server_process().kill();
  EXPECT_EQ(p.wait(seconds(120)), 1);
  const json::value r = json::parse(read_file(f / "r.json"));
  EXPECT_EQ(r.at("runs").as_array().size(), 1U);
}

}  // namespace
}  // namespace lingerd::server_tests
