#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

// Runs `serve`; expects it to exit with 1 and one line on stderr.
testing::AssertionResult does_not_start(std::vector<std::string> words) {
  words.insert(words.begin(), "serve");
  process p(std::move(words));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (p.is_running() && p.output().empty() && std::chrono::steady_clock::now() < end) nap();
  if (p.is_running()) return testing::AssertionFailure() << "it runs: " << p.output();
  const std::string why = p.errors();
  const int code = p.wait();
  if ((code == 1 || code == 2) && std::count(why.begin(), why.end(), '\n') == 1) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "exit " << p.wait() << ": " << why;
}

TEST(Serving, PrintsOneLineForEachAddress) {
  temp_folder f;
  server s(f / "data", {"--listen", "127.0.0.1:0"});
  const auto end = std::chrono::steady_clock::now() + patience;
  std::string out;
  while (std::count(out.begin(), out.end(), '\n') < 2 && std::chrono::steady_clock::now() < end) {
    nap();
    out = s.output();
  }
  const std::size_t second = out.find('\n') + 1;
  const std::string start = "listening on http://127.0.0.1:";
  ASSERT_EQ(out.compare(second, start.size(), start), 0) << out;
  const auto port = static_cast<std::uint16_t>(std::stoi(out.substr(second + start.size())));
  EXPECT_NE(port, s.port());
  EXPECT_EQ(ask_once(s.port(), request("GET", "/healthz")).body, "ok");
  EXPECT_EQ(ask_once(port, request("GET", "/healthz")).body, "ok");
}

TEST(Serving, AnOrderlyShutdownExitsWithZeroAndTheFolderServesAgain) {
  temp_folder f;
  for (int i = 0; i < 3; ++i) {
    server s(f / "data");
    EXPECT_EQ(ask_once(s.port(), request("GET", "/healthz")).body, "ok");
    EXPECT_EQ(s.stop(), 0);
    EXPECT_THROW(connection(s.port()), std::runtime_error);
  }
}

TEST(Serving, ASecondServerOnTheSameFolderIsRefused) {
  temp_folder f;
  server first(f / "data");
  EXPECT_TRUE(does_not_start({"--data", f / "data", "--listen", "127.0.0.1:0"}));
  EXPECT_EQ(ask_once(first.port(), request("GET", "/healthz")).body, "ok");
}

TEST(Serving, AfterAKillTheFolderIsFree) {
  temp_folder f;
  server(f / "data").kill();
  server second(f / "data");
  EXPECT_EQ(ask_once(second.port(), request("GET", "/healthz")).body, "ok");
  EXPECT_EQ(run({"user", "add", "li", "--data", f / "data"}).exit_code, 0);
}

TEST(Serving, APortInUseIsRefused) {
  temp_folder f;
  server first(f / "one");
  EXPECT_TRUE(does_not_start(
      {"--data", f / "two", "--listen", "127.0.0.1:" + std::to_string(first.port())}));
}

TEST(Serving, AFolderThatCannotBeCreatedIsRefused) {
  temp_folder f;
  write_file(f / "file", "a regular file");
  EXPECT_TRUE(does_not_start({"--data", f / "file/data", "--listen", "127.0.0.1:0"}));
  EXPECT_TRUE(does_not_start({"--data", f / "file", "--listen", "127.0.0.1:0"}));
  const ended e = run({"user", "list", "--data", f / "file/data"});
  EXPECT_EQ(e.exit_code, 1);
}

TEST(Serving, AnInvalidAddressIsRefused) {
  temp_folder f;
  for (const std::string address : {"nonsense", "127.0.0.1", "127.0.0.1:99999", "300.1.1.1:0"}) {
    const ended e = run({"serve", "--data", f / "data", "--listen", address});
    EXPECT_TRUE(e.exit_code == 1 || e.exit_code == 2) << address << " " << e.exit_code;
    EXPECT_FALSE(e.err.empty()) << address;
  }
}

TEST(Serving, TheConfigFileIsRead) {
  running_server w;
  w.server_process().stop();
  write_file(w.folder() / "linger.toml", "title = \"From the file\"\n");
  w.start({"--config", w.folder() / "linger.toml"});
  const json::object start = w.state("li");
  EXPECT_EQ(text(start.at("server").at("title")), "From the file");
}

TEST(Serving, ADamagedConfigLineIsRefused) {
  temp_folder f;
  for (const std::string_view line :
       {"= = =", "send-burst = many", "nonsense = 3", "title = \"open", "streams-max = 0"}) {
    write_file(f / "linger.toml", std::string(line) + "\n");
    EXPECT_TRUE(does_not_start(
        {"--data", f / "data", "--listen", "127.0.0.1:0", "--config", f / "linger.toml"}))
        << line;
  }
}

TEST(Serving, AMissingConfigFileIsRefused) {
  temp_folder f;
  EXPECT_TRUE(does_not_start(
      {"--data", f / "data", "--listen", "127.0.0.1:0", "--config", f / "nothing.toml"}));
}

TEST(Serving, OnlyTheOwnerMayReadTheFoldersFiles) {
  running_server w;
  namespace fs = std::filesystem;
  const auto open_to_others = fs::perms::group_all | fs::perms::others_all;
  EXPECT_EQ(fs::status(w.data()).permissions() & open_to_others, fs::perms::none);
  for (const auto& entry : fs::directory_iterator(w.data())) {
    EXPECT_EQ(entry.status().permissions() & open_to_others, fs::perms::none) << entry.path();
  }
}

TEST(Serving, DemoPrintsItsAddressAndAccountsAndKeepsNothing) {
  process p({"demo", "--listen", "127.0.0.1:0"});
  const std::string start = "listening on http://127.0.0.1:";
  const auto end = std::chrono::steady_clock::now() + patience;
  while (p.is_running() && p.output().find("li ") == std::string::npos &&
         std::chrono::steady_clock::now() < end) {
    nap();
  }
  const std::string out = p.output();
  ASSERT_TRUE(out.starts_with(start)) << out;
  const auto port = static_cast<std::uint16_t>(std::stoi(out.substr(start.size())));
  const answer a = ask_once(port, json_request("POST", "/api/session", {},
                                               {{"name", "li"}, {"password", "linger-demo"}}));
  EXPECT_TRUE(done(a, 200));
  p.signal(15);
  EXPECT_EQ(p.wait(), 0);
}

}  // namespace
}  // namespace lingerd::server_tests
