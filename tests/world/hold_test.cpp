#include <gtest/gtest.h>

#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"

// Long polls and connections of the real server, on virtual wires and time.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

struct hold_fixture {
  virtual_clock clock;
  virtual_loop loop{clock};
  limits bounds;
  test_prices prices;
  virtual_server server{loop, bounds, prices, 1};
  seeded_entropy entropy{2};
  std::vector<test_user> people;

  explicit hold_fixture(std::size_t count = 2) {
    server.spawn(populate(*this, count));
    loop.run_until(10s);
  }
  static task<void> populate(hold_fixture& f, std::size_t count) {
    chat& chat = f.server.chat();
    f.people = co_await make_ring_of_friends(chat, f.entropy, count);
  }

  std::string events_path(const char* more) {
    return "/api/events?after=" + std::to_string(server.chat().horizon()) +
           "&epoch=" + server.chat().epoch() + more;
  }
};

struct outcome {
  bool is_done = false;
  instant time{};
  scripted_client::answer answer;
};

task<void> poll(hold_fixture& f, std::string token, std::string path, outcome& result) {
  scripted_client client(f.loop, f.server.connect(), std::move(token));
  result.answer = co_await client.get(std::move(path));
  result.time = f.loop.now();
  result.is_done = true;
}

task<void> send(hold_fixture& f, std::string token, user_id recipient, outcome& result) {
  scripted_client client(f.loop, f.server.connect(), std::move(token));
  boost::json::value message = {{"type", "single"}, {"to", recipient}, {"msg", "hello"}};
  result.answer = co_await client.post("/api/messages", std::move(message));
  result.time = f.loop.now();
  result.is_done = true;
}

TEST(Hold, OfAHundredSecondsEndsInTime) {
  hold_fixture f;
  ASSERT_EQ(f.people.size(), 2U);
  const instant began = f.loop.now();
  outcome held;
  f.server.spawn(poll(f, f.people[0].token, f.events_path("&wait=100"), held));
  f.loop.run_until(began + 90s);
  EXPECT_FALSE(held.is_done) << "at most a tenth is cut off";
  EXPECT_EQ(f.server.counters().held_now, 1U);
  const auto real = std::chrono::steady_clock::now();
  f.loop.run_until(began + 101s);
  const auto elapsed = std::chrono::steady_clock::now() - real;
  ASSERT_TRUE(held.is_done);
  EXPECT_LE(held.time - began, 100s + 2 * f.prices.latency);
  EXPECT_EQ(held.answer.status, 200);
  EXPECT_TRUE(held.answer.body.at("events").as_array().empty());
  EXPECT_EQ(f.server.counters().held_now, 0U);
  EXPECT_LT(elapsed, 1s) << "a hold in virtual time takes microseconds";
}

TEST(Hold, EndsWithAMessageOnceItIsCommitted) {
  hold_fixture f;
  outcome held;
  outcome sent;
  f.server.spawn(poll(f, f.people[0].token, f.events_path("&wait=100"), held));
  f.loop.run_until(f.loop.now() + 40s);
  const instant began = f.loop.now();
  f.server.spawn(send(f, f.people[1].token, f.people[0].id, sent));
  f.loop.run_until(began + 1s);
  ASSERT_TRUE(held.is_done && sent.is_done);
  const instant round_trip = 2 * f.prices.latency;
  EXPECT_EQ(sent.time - began, round_trip + f.prices.commit);
  EXPECT_EQ(held.time - began, round_trip + f.prices.commit) << "published and delivered at once";
  EXPECT_EQ(sent.answer.status, 201);
  EXPECT_EQ(held.answer.body.at("events").at(0).at("msg").as_string(), "hello");
}

TEST(Hold, EndsWhenTheClientIsGone) {
  hold_fixture f;
  outcome held;
  {
    nursery clients;
    clients.spawn(poll(f, f.people[0].token, f.events_path("&wait=100"), held));
    f.loop.run_until(f.loop.now() + 5s);
    EXPECT_EQ(f.server.counters().held_now, 1U);
  }
  f.loop.run_until(f.loop.now() + 1s);
  EXPECT_EQ(f.server.counters().held_now, 0U);
  EXPECT_EQ(f.server.counters().open_connections, 0U);
}

TEST(Hold, IsAnsweredWhenTheServerShutsDown) {
  hold_fixture f;
  outcome held;
  f.server.spawn(poll(f, f.people[0].token, f.events_path("&wait=100"), held));
  f.loop.run_until(f.loop.now() + 5s);
  f.server.connections().close_all();
  f.loop.run_until(f.loop.now() + 1s);
  ASSERT_TRUE(held.is_done);
  EXPECT_EQ(held.answer.status, 200);
  EXPECT_EQ(f.server.counters().open_connections, 0U);
}

TEST(Connection, APipeliningClientDoesNotDelayOthers) {
  hold_fixture f;
  // 200 requests at once on one wire, and one on another, which is answered among the first.
  std::vector<int> order;
  wire_observer many;
  many.on_segment = [&](instant, int end, std::string_view bytes) {
    if (end == 0 && !bytes.empty()) order.push_back(1);
  };
  wire_observer single;
  single.on_segment = [&](instant, int end, std::string_view bytes) {
    if (end == 0 && !bytes.empty()) order.push_back(2);
  };
  const stream_ptr pipelined = f.server.connect(many);
  const stream_ptr single_request = f.server.connect(single);
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
  pipelined->write(requests);
  single_request->write("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n");
  f.loop.run_until(f.loop.now() + 1s);
  const auto answer = std::find(order.begin(), order.end(), 2);
  ASSERT_NE(answer, order.end());
  EXPECT_EQ(order.size(), 201U);
  EXPECT_LE(answer - order.begin(), f.bounds.answers_a_turn + 1);
}

}  // namespace
}  // namespace lingerd::world_tests
