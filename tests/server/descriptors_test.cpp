#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

std::size_t count_lines(const std::string& text, std::string_view part) {
  std::size_t lines = 0;
  for (auto i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) ++lines;
  return lines;
}

TEST(Serving, LackOfDescriptorsIsLoggedWhenItBeginsAndWhenItHasEnded) {
#ifdef __SANITIZE_ADDRESS__
  // The sanitizer opens a pipe to see whether an object's memory can be read, and takes the lack of
  // descriptors for a bad object.
  GTEST_SKIP() << "a sanitized server cannot run without descriptors";
#endif
  running_server w;
  const pid_t server = w.server_process().pid();
  rlimit before{};
  ASSERT_EQ(::prlimit(server, RLIMIT_NOFILE, nullptr, &before), 0);
  // Fewer than are open already: every new one fails.
  const rlimit few{5, before.rlim_max};
  ASSERT_EQ(::prlimit(server, RLIMIT_NOFILE, &few, nullptr), 0);
  std::vector<connection> waiting;
  for (int i = 0; i < 20; ++i) waiting.emplace_back(w.port());
  nap(std::chrono::seconds(2));
  EXPECT_EQ(count_lines(w.server_process().errors(), "connections have to wait"), 1U);
  ASSERT_EQ(::prlimit(server, RLIMIT_NOFILE, &before, nullptr), 0);
  EXPECT_EQ(waiting.back().get("/healthz").status, 200);
  nap(std::chrono::milliseconds(5200));  // log_state::quiet
  EXPECT_EQ(connection(w.port()).get("/healthz").status, 200);
  const std::string log = w.server_process().errors();
  EXPECT_EQ(count_lines(log, "connections have to wait"), 1U) << log;
  EXPECT_EQ(count_lines(log, "connections are accepted again"), 1U) << log;
}

}  // namespace
}  // namespace lingerd::server_tests
