#include "http/api/metrics.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

response metrics_response(server_fixture& w, const std::string& target) {
  metrics m(w.app);
  return std::get<response>(m.answer(request_of(method::get, target), w.stream));
}

TEST(Metrics, AreTextInPrometheusForm) {
  server_fixture w;
  const response r = metrics_response(w, "/metrics");
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.type, "text/plain; version=0.0.4; charset=utf-8");
  std::istringstream lines(r.body);
  std::string help, type, value;
  std::size_t n = 0;
  while (std::getline(lines, help)) {
    ASSERT_TRUE(std::getline(lines, type) && std::getline(lines, value));
    ASSERT_TRUE(help.starts_with("# HELP linger_")) << help;
    const std::string name = help.substr(7, help.find(' ', 7) - 7);
    EXPECT_TRUE(type == "# TYPE " + name + " gauge" || type == "# TYPE " + name + " counter")
        << type;
    EXPECT_TRUE(value.starts_with(name + " ")) << value;
    EXPECT_EQ(value.find_first_not_of("0123456789", name.size() + 1), std::string::npos) << value;
    EXPECT_EQ(name.ends_with("_total"), type.ends_with(" counter") && name != "linger_last_id");
    ++n;
  }
  EXPECT_EQ(n, 9u);
  EXPECT_TRUE(r.body.ends_with("\n"));
}

TEST(Metrics, ContainTheCounters) {
  server_fixture w;
  w.user("li");
  w.user("han");
  w.app.counters = {1, 2, 3, 4, 5, 6, 7};
  const std::string body = metrics_response(w, "/metrics?x=1").body;
  EXPECT_TRUE(holds(body, "\nlinger_connections_total 1\n"));
  EXPECT_TRUE(holds(body, "\nlinger_requests_total 2\n"));
  EXPECT_TRUE(holds(body, "\nlinger_messages_total 3\n"));
  EXPECT_TRUE(holds(body, "\nlinger_polls_held_total 4\n"));
  EXPECT_TRUE(holds(body, "\nlinger_connections_open 6\n"));
  EXPECT_TRUE(holds(body, "\nlinger_polls_held 7\n"));
  EXPECT_TRUE(holds(body, "\nlinger_users 2\n"));
  EXPECT_TRUE(holds(body, "\nlinger_changes_pending 0\n"));
  EXPECT_TRUE(holds(body, "\nlinger_last_id " + std::to_string(w.chat.horizon()) + "\n"));
  EXPECT_GT(w.chat.horizon(), 0u);
}

TEST(Metrics, CountTheChangesThatWaitForTheDisk) {
  server_fixture w;
  w.chat.commit_unwatched(new_user("li"));
  EXPECT_TRUE(holds(metrics_response(w, "/metrics").body, "\nlinger_changes_pending 1\n"));
  w.settle();
  EXPECT_TRUE(holds(metrics_response(w, "/metrics").body, "\nlinger_changes_pending 0\n"));
}

TEST(Metrics, ContainNoUserNames) {
  server_fixture w;
  w.user("somebody-by-name");
  EXPECT_FALSE(holds(metrics_response(w, "/metrics").body, "somebody"));
}

TEST(Metrics, HaveOneAddress) {
  server_fixture w;
  for (const char* other : {"/", "/metrics/", "/healthz", "/api/start", "/metric"}) {
    EXPECT_EQ(metrics_response(w, other).status, 404) << other;
  }
}

}  // namespace
}  // namespace lingerd::http_tests
