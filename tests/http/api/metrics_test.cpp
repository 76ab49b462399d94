#include <gtest/gtest.h>

#include <sstream>

#include "http/api/metrics.hpp"
#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

response asked(service_world& w, const std::string& target) {
  metrics m(w.in);
  return std::get<response>(m.answer(request_of(method::get, target), w.wire));
}

TEST(Metrics, AreTextInPrometheusForm) {
  service_world w;
  const response r = asked(w, "/metrics");
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

TEST(Metrics, TellWhatWasCounted) {
  service_world w;
  w.user("li");
  w.user("han");
  w.in.counted = {1, 2, 3, 4, 5, 6, 7};
  const std::string body = asked(w, "/metrics?x=1").body;
  EXPECT_TRUE(holds(body, "\nlinger_connections_total 1\n"));
  EXPECT_TRUE(holds(body, "\nlinger_requests_total 2\n"));
  EXPECT_TRUE(holds(body, "\nlinger_messages_total 3\n"));
  EXPECT_TRUE(holds(body, "\nlinger_polls_held_total 4\n"));
  EXPECT_TRUE(holds(body, "\nlinger_connections_open 6\n"));
  EXPECT_TRUE(holds(body, "\nlinger_polls_held 7\n"));
  EXPECT_TRUE(holds(body, "\nlinger_users 2\n"));
  EXPECT_TRUE(holds(body, "\nlinger_changes_pending 0\n"));
  EXPECT_TRUE(holds(body, "\nlinger_last_id " + std::to_string(w.talk.horizon()) + "\n"));
  EXPECT_GT(w.talk.horizon(), 0u);
}

TEST(Metrics, TellWhatWaitsForTheDisk) {
  service_world w;
  w.talk.commit_unwatched(new_user("li"));
  EXPECT_TRUE(holds(asked(w, "/metrics").body, "\nlinger_changes_pending 1\n"));
  w.settle();
  EXPECT_TRUE(holds(asked(w, "/metrics").body, "\nlinger_changes_pending 0\n"));
}

TEST(Metrics, NameNobody) {
  service_world w;
  w.user("somebody-by-name");
  EXPECT_FALSE(holds(asked(w, "/metrics").body, "somebody"));
}

TEST(Metrics, HaveOneAddress) {
  service_world w;
  for (const char* other : {"/", "/metrics/", "/healthz", "/api/start", "/metric"}) {
    EXPECT_EQ(asked(w, other).status, 404) << other;
  }
}

}  // namespace
}  // namespace lingerd::http_tests
