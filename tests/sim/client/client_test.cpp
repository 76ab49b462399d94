#include "sim/client/client.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"
#include "tests/world/virtual_server.hpp"

// The load's clients against the server's connections, over simulated wires.
namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;
using world_tests::make_ring_of_friends;
using world_tests::test_user;
using world_tests::virtual_server;

class virtual_connector final : public connector {
 public:
  explicit virtual_connector(virtual_server& server) : server_(server) {}
  task<stream_ptr> connect(waiter&) override {
    ++connects;
    if (refuses) {
      why_ = "refused";
      co_return stream_ptr();
    }
    co_return server_.connect();
  }
  int connects = 0;
  bool refuses = false;

 private:
  virtual_server& server_;
};

struct event_counter : client_watcher {
  void on_started(std::uint32_t, const boost::json::object&) override { ++starts; }
  void on_parked(std::uint32_t) override { ++parks; }
  void on_message(std::uint32_t, const parsed_message& m) override { texts.emplace_back(m.text); }
  void on_failure(std::uint32_t, std::string_view) override { ++failures; }
  void on_rejected(std::uint32_t) override { ++rejections; }
  void on_left(std::uint32_t) override { ++lefts; }
  int starts = 0, parks = 0, failures = 0, rejections = 0, lefts = 0;
  std::vector<std::string> texts;
};

struct client_on_server {
  virtual_clock time;
  virtual_loop loop{time};
  limits bounds;
  world_tests::test_prices prices;
  virtual_server server{loop, bounds, prices, 1};
  seeded_entropy entropy{2};
  std::vector<test_user> users;
  virtual_connector connector{server};
  wire_counts counted;
  connection_settings connections{loop, connector, counted};
  event_counter events;
  client_context context{connections, events, entropy, {}, 100s, "server", 1, {}};
  sim::account account;
  std::optional<sim::client> client;
  nursery work;

  explicit client_on_server(transport kind) {
    server.spawn(populate(*this));
    loop.run_until(10s);
    context.mode = {kind, 1000ms};
    account = {"u1", users.at(1).id, users.at(1).token};
    client.emplace(context, 0, account);
    work.spawn(client->run());
    run(2s);
  }
  ~client_on_server() { work.clear(); }

  static task<void> populate(client_on_server& w) {
    chat& chat = w.server.chat();
    w.users = co_await make_ring_of_friends(chat, w.entropy, 3);
  }
  static task<void> post(client_on_server& w, std::string text) {
    world_tests::scripted_client sender(w.loop, w.server.connect(), w.users[0].token);
    boost::json::value message = {{"type", "single"}, {"to", w.users[1].id}, {"msg", text}};
    const auto answer = co_await sender.post("/api/messages", std::move(message));
    EXPECT_EQ(answer.status, 201);
  }
  void send(const char* text) { work.spawn(post(*this, text)); }
  void run(instant duration) { loop.run_until(loop.now() + duration); }
};

class SimClient : public testing::TestWithParam<transport> {};

TEST_P(SimClient, ReceivesEachMessageOnceAndLeavesInOrder) {
  client_on_server w(GetParam());
  EXPECT_EQ(w.events.starts, 1);
  EXPECT_EQ(w.events.parks, 1);
  std::vector<std::string> sent;
  for (int i = 0; i < 20; ++i) {
    sent.push_back("hello " + std::to_string(i));
    w.send(sent.back().c_str());
    w.run(i % 3 == 0 ? instant(0ms) : instant(700ms));
  }
  w.run(300s);  // holds end, pings come
  w.send("late");
  sent.push_back("late");
  w.run(2s);
  EXPECT_EQ(w.events.texts, sent);
  EXPECT_EQ(w.events.failures, 0);
  EXPECT_EQ(w.connector.connects, 1);
  w.client->request_leave();
  w.run(1s);
  EXPECT_EQ(w.events.lefts, 1);
  EXPECT_EQ(w.server.connections().open.size(), 0U);
}

TEST_P(SimClient, ComesBackWithoutLossAfterARefusal) {
  client_on_server w(GetParam());
  w.connector.refuses = true;
  w.server.connections().close_all();  // closes open connections
  w.run(3s);
  w.server.connections().is_closing = false;
  EXPECT_GE(w.events.failures, 1);
  w.send("while away");
  w.run(1s);
  w.connector.refuses = false;
  w.run(40s);
  EXPECT_EQ(w.events.texts, std::vector<std::string>{"while away"});
  EXPECT_EQ(w.events.starts, 1);  // resumed from its cursor
}

TEST_P(SimClient, WithAnUnknownTokenGivesUp) {
  client_on_server w(GetParam());
  const sim::account nobody{"x", 1, std::string(43, 'A')};
  sim::client other(w.context, 1, nobody);
  w.work.spawn(other.run());
  w.run(5s);
  EXPECT_EQ(w.events.rejections, 1);
  EXPECT_EQ(w.events.lefts, 1);
}

INSTANTIATE_TEST_SUITE_P(EachWay, SimClient,
                         testing::Values(transport::short_poll, transport::long_poll,
                                         transport::sse, transport::websocket),
                         [](const auto& i) { return std::string(name_of(i.param)); });

}  // namespace
}  // namespace lingerd::sim
