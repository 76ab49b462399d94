#include <gtest/gtest.h>

#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"

// The server's own connection coroutine on a wire and a clock that are not real.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

struct world {
  virtual_clock time;
  virtual_loop loop{time};
  limits bounds;
  world_prices prices;
  virtual_server server{loop, bounds, prices, 1};
  seeded_entropy entropy{2};
  std::vector<world_user> people;

  explicit world(std::size_t count = 2) {
    server.spawn(populate(*this, count));
    loop.run_until(10s);
  }
  static task<void> populate(world& w, std::size_t count) {
    chat& chat = w.server.chat();
    w.people = co_await make_ring_of_friends(chat, w.entropy, count);
  }

  std::string events_path(const char* more) {
    return "/api/events?after=" + std::to_string(server.chat().horizon()) +
           "&epoch=" + server.chat().epoch() + more;
  }
};

struct outcome {
  bool is_done = false;
  instant at{};
  world_client::answer answer;
};

task<void> poll(world& w, std::string token, std::string path, outcome& out) {
  world_client client(w.loop, w.server.connect(), std::move(token));
  out.answer = co_await client.get(std::move(path));
  out.at = w.loop.now();
  out.is_done = true;
}

task<void> send(world& w, std::string token, user_id to, outcome& out) {
  world_client client(w.loop, w.server.connect(), std::move(token));
  boost::json::value message = {{"type", "single"}, {"to", to}, {"msg", "hello"}};
  out.answer = co_await client.post("/api/messages", std::move(message));
  out.at = w.loop.now();
  out.is_done = true;
}

TEST(Hold, AHundredSecondsPassInNoTime) {
  world w;
  ASSERT_EQ(w.people.size(), 2U);
  const instant began = w.loop.now();
  outcome held;
  w.server.spawn(poll(w, w.people[0].token, w.events_path("&wait=100"), held));
  w.loop.run_until(began + 90s);
  EXPECT_FALSE(held.is_done) << "at most a tenth may be cut off";
  EXPECT_EQ(w.server.counted().held_now, 1U);
  const auto real = std::chrono::steady_clock::now();
  w.loop.run_until(began + 101s);
  const auto took = std::chrono::steady_clock::now() - real;
  ASSERT_TRUE(held.is_done);
  EXPECT_LE(held.at - began, 100s + 2 * w.prices.latency);
  EXPECT_EQ(held.answer.status, 200);
  EXPECT_TRUE(held.answer.body.at("events").as_array().empty());
  EXPECT_EQ(w.server.counted().held_now, 0U);
  EXPECT_LT(took, 1s) << "a hold in virtual time takes microseconds";
}

TEST(Hold, EndsWithTheMessageAsSoonAsItIsOnDisk) {
  world w;
  outcome held;
  outcome sent;
  w.server.spawn(poll(w, w.people[0].token, w.events_path("&wait=100"), held));
  w.loop.run_until(w.loop.now() + 40s);
  const instant began = w.loop.now();
  w.server.spawn(send(w, w.people[1].token, w.people[0].id, sent));
  w.loop.run_until(began + 1s);
  ASSERT_TRUE(held.is_done && sent.is_done);
  const instant on_the_way = 2 * w.prices.latency;
  EXPECT_EQ(sent.at - began, on_the_way + w.prices.commit);
  EXPECT_EQ(held.at - began, on_the_way + w.prices.commit) << "published at once, told at once";
  EXPECT_EQ(sent.answer.status, 201);
  EXPECT_EQ(held.answer.body.at("events").at(0).at("msg").as_string(), "hello");
}

TEST(Hold, IsGivenUpWhenTheClientIsGone) {
  world w;
  outcome held;
  {
    nursery clients;
    clients.spawn(poll(w, w.people[0].token, w.events_path("&wait=100"), held));
    w.loop.run_until(w.loop.now() + 5s);
    EXPECT_EQ(w.server.counted().held_now, 1U);
  }
  w.loop.run_until(w.loop.now() + 1s);
  EXPECT_EQ(w.server.counted().held_now, 0U);
  EXPECT_EQ(w.server.counted().open_connections, 0U);
}

TEST(Hold, IsAnsweredWhenTheServerGoesDown) {
  world w;
  outcome held;
  w.server.spawn(poll(w, w.people[0].token, w.events_path("&wait=100"), held));
  w.loop.run_until(w.loop.now() + 5s);
  w.server.host().close_all();
  w.loop.run_until(w.loop.now() + 1s);
  ASSERT_TRUE(held.is_done);
  EXPECT_EQ(held.answer.status, 200);
  EXPECT_EQ(w.server.counted().open_connections, 0U);
}

TEST(Connection, OneThatPipelinesDoesNotKeepOthersWaiting) {
  world w;
  // Many requests in one piece on one wire, one on another: the other is answered among them.
  std::vector<int> order;
  wire_watch many;
  many.arrived = [&](instant, int end, std::string_view bytes) {
    if (end == 0 && !bytes.empty()) order.push_back(1);
  };
  wire_watch single;
  single.arrived = [&](instant, int end, std::string_view bytes) {
    if (end == 0 && !bytes.empty()) order.push_back(2);
  };
  const stream_ptr greedy = w.server.connect(many);
  const stream_ptr modest = w.server.connect(single);
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += "GET /healthz HTTP/1.1\r\nHost: world\r\n\r\n";
  greedy->write(requests);
  modest->write("GET /healthz HTTP/1.1\r\nHost: world\r\n\r\n");
  w.loop.run_until(w.loop.now() + 1s);
  const auto other = std::find(order.begin(), order.end(), 2);
  ASSERT_NE(other, order.end());
  EXPECT_EQ(order.size(), 201U);
  EXPECT_LE(other - order.begin(), w.bounds.answers_a_turn + 1);
}

}  // namespace
}  // namespace lingerd::world_tests
