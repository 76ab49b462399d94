#include "http/api/server.hpp"

#include <gtest/gtest.h>

#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

constexpr std::string_view health = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view numbers = "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(Server, AConnectionServesTheApiButNotTheMetrics) {
  scripted_stream client;
  server_fixture w;
  client.feed(health);
  client.feed(numbers);
  w.server.serve(stream_ptr(&client));
  w.settle();
  EXPECT_TRUE(holds(client.written, "\r\n\r\nok"));
  EXPECT_TRUE(holds(client.written, "HTTP/1.1 404"));
}

TEST(Server, AMetricsConnectionServesTheMetricsAlone) {
  scripted_stream client;
  server_fixture w;
  client.feed(numbers);
  client.feed(health);
  w.server.serve_metrics(stream_ptr(&client));
  w.settle();
  EXPECT_TRUE(holds(client.written, "\nlinger_connections_open 1\n"));
  EXPECT_TRUE(holds(client.written, "HTTP/1.1 404"));
}

TEST(Server, ItsConnectionsEndWhileItGoesOn) {
  scripted_stream first, second, third;
  server_fixture w;
  w.server.serve(stream_ptr(&first));
  w.server.serve_metrics(stream_ptr(&second));
  w.settle();
  EXPECT_EQ(w.server.coroutines(), 2u);
  EXPECT_EQ(w.app.counters.open_connections, 2u);
  w.server.end_connections();
  EXPECT_EQ(w.server.coroutines(), 0u);
  EXPECT_EQ(w.app.counters.open_connections, 0u);
  third.feed(health);
  w.server.serve(stream_ptr(&third));
  w.settle();
  EXPECT_TRUE(holds(third.written, "\r\n\r\nok"));
}

TEST(Server, MayBeDestroyedWithOpenConnections) {
  scripted_stream client;
  server_fixture w;
  w.server.serve(stream_ptr(&client));
  w.settle();
  EXPECT_EQ(w.server.coroutines(), 1u);
}

}  // namespace
}  // namespace lingerd::http_tests
