#include "sim/client/client.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"
#include "tests/world/virtual_server.hpp"

// The load's own clients on virtual wires, against the server's own connections.
namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;
using world_tests::make_ring_of_friends;
using world_tests::test_user;
using world_tests::virtual_server;

class world_dialler final : public connector {
 public:
  explicit world_dialler(virtual_server& to) : to_(to) {}
  task<stream_ptr> connect(waiter&) override {
    ++dialled;
    if (refuses) {
      why_ = "refused";
      co_return stream_ptr();
    }
    co_return to_.connect();
  }
  int dialled = 0;
  bool refuses = false;

 private:
  virtual_server& to_;
};

struct listening : client_watcher {
  void started(std::uint32_t, const boost::json::object&) override { ++starts; }
  void parked(std::uint32_t) override { ++parks; }
  void heard_one(std::uint32_t, const parsed_message& m) override { heard.emplace_back(m.text); }
  void stumbled(std::uint32_t, std::string_view) override { ++stumbles; }
  void turned_away(std::uint32_t) override { ++turned; }
  void left(std::uint32_t) override { ++lefts; }
  int starts = 0, parks = 0, stumbles = 0, turned = 0, lefts = 0;
  std::vector<std::string> heard;
};

struct world {
  virtual_clock time;
  virtual_loop loop{time};
  limits bounds;
  world_tests::test_prices prices;
  virtual_server server{loop, bounds, prices, 1};
  seeded_entropy entropy{2};
  std::vector<test_user> people;
  world_dialler connector{server};
  wire_counts counted;
  connection_settings lines{loop, connector, counted};
  listening parser;
  client_context all{lines, parser, entropy, {}, 100s, "world", 1, {}};
  sim::account account;
  std::optional<client> listener;
  nursery work;

  explicit world(transport how) {
    server.spawn(populate(*this));
    loop.run_until(10s);
    all.mode = {how, 1000ms};
    account = {"u1", people.at(1).id, people.at(1).token};
    listener.emplace(all, 0, account);
    work.spawn(listener->run());
    run(2s);
  }
  ~world() { work.clear(); }

  static task<void> populate(world& w) {
    chat& chat = w.server.chat();
    w.people = co_await make_ring_of_friends(chat, w.entropy, 3);
  }
  static task<void> say(world& w, std::string text) {
    world_tests::scripted_client sender(w.loop, w.server.connect(), w.people[0].token);
    boost::json::value message = {{"type", "single"}, {"to", w.people[1].id}, {"msg", text}};
    const auto answer = co_await sender.post("/api/messages", std::move(message));
    EXPECT_EQ(answer.status, 201);
  }
  void send(const char* text) { work.spawn(say(*this, text)); }
  void run(instant how_long) { loop.run_until(loop.now() + how_long); }
};

class SimClient : public testing::TestWithParam<transport> {};

TEST_P(SimClient, HearsEachMessageOnceAndLeavesInOrder) {
  world w(GetParam());
  EXPECT_EQ(w.parser.starts, 1);
  EXPECT_EQ(w.parser.parks, 1);
  std::vector<std::string> said;
  for (int i = 0; i < 20; ++i) {
    said.push_back("hello " + std::to_string(i));
    w.send(said.back().c_str());
    w.run(i % 3 == 0 ? instant(0ms) : instant(700ms));
  }
  w.run(300s);  // holds end, pings come
  w.send("late");
  said.push_back("late");
  w.run(2s);
  EXPECT_EQ(w.parser.heard, said);
  EXPECT_EQ(w.parser.stumbles, 0);
  EXPECT_EQ(w.connector.dialled, 1);
  w.listener->tell_leaving();
  w.run(1s);
  EXPECT_EQ(w.parser.lefts, 1);
  EXPECT_EQ(w.server.host().open.size(), 0U);
}

TEST_P(SimClient, ComesBackWithoutLossAfterARefusal) {
  world w(GetParam());
  w.connector.refuses = true;
  w.server.host().close_all();  // ends what is open
  w.run(3s);
  w.server.host().closing = false;
  EXPECT_GE(w.parser.stumbles, 1);
  w.send("while away");
  w.run(1s);
  w.connector.refuses = false;
  w.run(40s);
  EXPECT_EQ(w.parser.heard, std::vector<std::string>{"while away"});
  EXPECT_EQ(w.parser.starts, 1);  // from its cursor
}

TEST_P(SimClient, WhoIsNotSignedInIsTurnedAway) {
  world w(GetParam());
  const sim::account nobody{"x", 1, std::string(43, 'A')};
  client other(w.all, 1, nobody);
  w.work.spawn(other.run());
  w.run(5s);
  EXPECT_EQ(w.parser.turned, 1);
  EXPECT_EQ(w.parser.lefts, 1);
}

INSTANTIATE_TEST_SUITE_P(EachWay, SimClient,
                         testing::Values(transport::short_poll, transport::long_poll,
                                         transport::sse, transport::websocket),
                         [](const auto& i) { return std::string(name_of(i.param)); });

}  // namespace
}  // namespace lingerd::sim
