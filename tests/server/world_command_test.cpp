#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "tests/server/server_fixture.hpp"

// linger-sim world, run as a program, and compared with real sockets.
namespace lingerd::server_tests {
namespace {

using std::chrono::seconds;

const std::vector<std::string> small{"world", "--clients", "20", "--duration", "5min", "--quiet"};

std::vector<std::string> appended(std::vector<std::string> all, std::vector<std::string> more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

json::value report_of(std::vector<std::string> arguments) {
  temp_folder f;
  const ended e =
      run_simulator(appended(std::move(arguments), {"--json", f / "r.json"}), seconds(120));
  EXPECT_EQ(e.exit_code, 0) << e.err;
  return json::parse(read_file(f / "r.json"));
}

TEST(World, WithoutFaultsEverythingIsDeliveredOnEveryTransport) {
  const json::value r =
      report_of(appended(small, {"--transport", "short,long,sse,websocket", "--rate", "1/s"}));
  EXPECT_EQ(text(r.at("clock")), "virtual");
  EXPECT_EQ(text(r.at("trace_hash")).size(), 16U);
  ASSERT_EQ(r.at("runs").as_array().size(), 4U);
  for (const json::value& one : r.at("runs").as_array()) {
    const json::value& c = one.at("counts");
    EXPECT_EQ(number(c.at("acknowledged")), 300U);
    EXPECT_EQ(number(c.at("delivered")), 300U);
    for (const char* bad : {"lost", "duplicated", "out_of_order", "unexpected", "refused"}) {
      EXPECT_EQ(number(c.at(bad)), 0U) << bad << " " << text(one.at("transport"));
    }
  }
}

TEST(World, TheTraceDependsOnTheSeedAlone) {
  const json::value first = report_of(appended(small, {"--seed", "7"}));
  const json::value again = report_of(appended(small, {"--seed", "7"}));
  const json::value other = report_of(appended(small, {"--seed", "8"}));
  EXPECT_EQ(text(first.at("trace_hash")), text(again.at("trace_hash")));
  EXPECT_NE(text(first.at("trace_hash")), text(other.at("trace_hash")));
}

TEST(World, WithFaultsTheRunIsCleanAndRepeatable) {
  const std::vector<std::string> troubled{"world",    "--seeds", "1..20",
                                          "--repeat", "100",     "--quiet"};
  const json::value r = report_of(troubled);
  EXPECT_EQ(number(r.at("runs").at(0).at("counts").at("lost")), 0U);
  EXPECT_GT(number(r.at("runs").at(0).at("counts").at("delivered")), 0U);
  const json::value again = report_of(troubled);
  EXPECT_EQ(text(r.at("trace_hash")), text(again.at("trace_hash")));
}

TEST(World, WithFaultsClientsAndTransportAreAsRequested) {
  const json::value r =
      report_of({"world", "--clients", "30", "--duration", "20s", "--transport", "sse", "--rate",
                 "2/s", "--seed", "3", "--faults", "delay,reset,kill", "--quiet"});
  const json::value& run = r.at("runs").at(0);
  EXPECT_EQ(text(run.at("transport")), "sse");
  EXPECT_EQ(number(run.at("clients")), 30U);
  EXPECT_EQ(number(run.at("counts").at("lost")), 0U);
}

// More clients than a server's default bounds allow.
TEST(World, AcceptsAsManyClientsAsRequested) {
  const json::value r = report_of({"world", "--clients", "20000", "--duration", "5s", "--transport",
                                   "long", "--rate", "100/s", "--quiet"});
  const json::value& run = r.at("runs").at(0);
  EXPECT_EQ(number(run.at("clients")), 20'000U);
  EXPECT_EQ(number(run.at("counts").at("lost")), 0U);
  EXPECT_GT(number(run.at("counts").at("delivered")), 400U);
}

TEST(World, WritesACaptureOfOneSeed) {
  temp_folder f;
  const ended e = run_simulator(
      {"world", "--seed", "5", "--faults", "all", "--pcap", f / "wires.pcap", "--quiet"});
  EXPECT_EQ(e.exit_code, 0) << e.err;
  EXPECT_EQ(read_file(f / "wires.pcap").substr(0, 4), std::string("\x4d\x3c\xb2\xa1"));
}

TEST(World, WrongUsageExitsWithTwo) {
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"world", "--seeds", "9..1"},
                                             {"world", "--seeds", "some"},
                                             {"world", "--faults", "everything"},
                                             {"world", "--clients", "1"},
                                             {"world", "--duration", "soon"},
                                             {"world", "--transport", "pigeon"}}) {
    const ended e = run_simulator(wrong);
    EXPECT_EQ(e.exit_code, 2) << wrong.back();
    EXPECT_FALSE(e.err.empty());
  }
}

// --- planted faults ------------------------------------------------------------------------------

class PlantedFaultInAWorld : public testing::TestWithParam<const char*> {};

TEST_P(PlantedFaultInAWorld, IsFoundWithinTwoThousandSeeds) {
  ::setenv("LINGER_PLANTED", GetParam(), 1);
  process p({"world", "--seeds", "1..2000", "--quiet"}, {}, "linger-sim-planted");
  const int code = p.wait(seconds(280));
  ::unsetenv("LINGER_PLANTED");
  const std::string errors = p.errors();
  EXPECT_EQ(code, 1) << errors;
  EXPECT_NE(errors.find("broken: "), std::string::npos) << errors;
  EXPECT_NE(errors.find("again: linger-sim world --seed "), std::string::npos) << errors;
}

INSTANTIATE_TEST_SUITE_P(Each, PlantedFaultInAWorld,
                         testing::Values("lost_wake", "cursor_before_write", "ack_before_sync",
                                         "cid_forgotten", "removed_member", "past_horizon",
                                         "timestamp_back", "wrong_reader", "batch_twice",
                                         "unbounded_buffer", "session_stays", "more_off_by_one",
                                         "lost_below_a_stay", "swapped_at_cut",
                                         "checkpoint_skips_one", "lost_batch_stays"),
                         [](const auto& info) { return std::string(info.param); });

TEST(World, AFailingSeedIsShrunk) {
  ::setenv("LINGER_PLANTED", "more_off_by_one", 1);
  process p({"world", "--seeds", "1..100", "--shrink", "--quiet"}, {}, "linger-sim-planted");
  const int code = p.wait(seconds(280));
  ::unsetenv("LINGER_PLANTED");
  EXPECT_EQ(code, 1);
  EXPECT_NE(p.errors().find(" --actions "), std::string::npos) << p.errors();
}

// --- against real sockets ------------------------------------------------------------------------

double bytes_of(const json::value& wire) {
  return static_cast<double>(number(wire.at("app_bytes_sent")) +
                             number(wire.at("app_bytes_received")));
}

void expect_near(double world, double real, double part, const std::string& name) {
  EXPECT_NEAR(world, real, part * real) << name;
}

// False where the machine was too busy: answers are late there and carry several messages, which
// the world does not model.
bool is_quiet(const json::value& run) {
  return run.at("generator").at("valid").as_bool() &&
         number(run.at("latency_us").at("ack").at("p90")) < 25'000;
}

// The simulated world has the requests and bytes of real sockets, as its report claims. A transport
// measured at a busy moment is measured once more; it is left out if it was busy twice.
TEST(World, AgreesWithRealSockets) {
  const std::vector<std::string> same{"--clients",
                                      "100",
                                      "--duration",
                                      "8s",
                                      "--rate",
                                      "50/s",
                                      "--transport",
                                      "short,long,sse,websocket",
                                      "--poll-interval",
                                      "1s",
                                      "--quiet",
                                      "--seed",
                                      "3"};
  temp_folder f;
  std::vector<json::value> quiet(4);
  json::value real;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const ended loaded =
        run_simulator(appended(appended({"load"}, same),
                               {"--linger", beside_linger("linger"), "--json", f / "load.json"}),
                      seconds(100));
    ASSERT_LE(loaded.exit_code, 1) << loaded.err;
    real = json::parse(read_file(f / "load.json"));
    for (std::size_t i = 0; i < 4; ++i) {
      const json::value& run = real.at("runs").at(i);
      if (quiet[i].is_null() && is_quiet(run)) quiet[i] = run;
    }
    if (std::none_of(quiet.begin(), quiet.end(), [](const auto& q) { return q.is_null(); })) break;
  }
  std::vector<std::string> in_world = appended({"world"}, same);
  if (!real.at("machine").at("clock_is_synced").as_bool()) in_world.push_back("--unsynced-clock");
  const json::value world = report_of(in_world);
  int compared = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (quiet[i].is_null()) continue;
    const json::value& a = quiet[i];
    const json::value& b = world.at("runs").at(i);
    ++compared;
    const std::string which = text(a.at("transport"));
    const json::value& r = a.at("wire");
    const json::value& w = b.at("wire");
    // With real sockets connecting and closing take real time: with short polls that is one request
    // more or less for each client, of about 500 bytes.
    const double tolerance = which == "short" ? 100 : 0;
    const auto requests = static_cast<double>(number(r.at("requests")));
    EXPECT_NEAR(static_cast<double>(number(w.at("requests"))), requests,
                0.02 * requests + tolerance)
        << which;
    EXPECT_NEAR(bytes_of(w), bytes_of(r), 0.02 * bytes_of(r) + 500 * tolerance) << which;
    expect_near(static_cast<double>(number(w.at("wire_bytes"))),
                static_cast<double>(number(r.at("wire_bytes"))), 0.10, which + " wire bytes");
  }
  if (compared == 0) GTEST_SKIP() << "this machine is too busy for a comparison";
}

}  // namespace
}  // namespace lingerd::server_tests
