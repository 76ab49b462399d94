#include "sim/world/net/network.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/loop/task.hpp"
#include "sim/client/seeded_entropy.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;
using status = byte_stream::status;

// A network with a server that keeps its ends.
struct world {
  virtual_clock time;
  virtual_loop loop{time};
  seeded_entropy entropy;
  wire_counts counted;
  network wires{loop, entropy};
  std::vector<stream_ptr> accepted;

  explicit world(std::uint64_t seed = 1) : entropy(seed) { listen(); }
  void listen() {
    wires.listen([this](stream_ptr s) { accepted.push_back(std::move(s)); });
  }
  void run(instant how_long) { loop.run_until(loop.now() + how_long); }

  // Everything that is there to read, in pieces as it comes within the time.
  static std::string read(byte_stream& s) {
    std::string all(1 << 20, '\0');
    all.resize(s.read(all).bytes);
    return all;
  }
  static status how(byte_stream& s) {
    char one[1];
    return s.read(one).how;
  }
};

TEST(Network, BytesArriveInTheirOrderAfterTheLatency) {
  world w;
  w.wires.now().latency = 3ms;
  const stream_ptr client = w.wires.connect(w.counted);
  byte_stream& server = *w.accepted.at(0);
  EXPECT_EQ(client->write("hello ").bytes, 6U);
  EXPECT_EQ(client->write("world").bytes, 5U);
  w.run(2ms);
  EXPECT_EQ(world::how(server), status::blocked);
  w.run(2ms);
  EXPECT_EQ(world::read(server), "hello world");
}

TEST(Network, AnEndComesAfterTheBytesBeforeIt) {
  world w;
  const stream_ptr client = w.wires.connect(w.counted);
  byte_stream& server = *w.accepted.at(0);
  client->write("last words");
  client->end_writing();
  EXPECT_EQ(client->write("more").how, status::ended);
  w.run(10ms);
  EXPECT_EQ(world::read(server), "last words");
  EXPECT_EQ(world::how(server), status::ended);
  server.write("an answer all the same");
  w.run(10ms);
  EXPECT_EQ(world::read(*client), "an answer all the same");
}

TEST(Network, TheWindowHoldsTheWriterUntilTheReaderReads) {
  world w;
  w.wires.now().window = 10;
  const stream_ptr client = w.wires.connect(w.counted);
  byte_stream& server = *w.accepted.at(0);
  waiter sleeper(w.loop);
  EXPECT_EQ(client->write("0123456789abc").bytes, 10U);
  EXPECT_EQ(client->write("abc").how, status::blocked);
  client->watch_writable(sleeper);
  w.run(10ms);
  EXPECT_FALSE(has(sleeper.reasons(), wake::writable)) << "arrived is not read";
  EXPECT_EQ(world::read(server), "0123456789");
  EXPECT_TRUE(has(sleeper.reasons(), wake::writable));
  EXPECT_EQ(client->write("abc").bytes, 3U);
}

TEST(Network, WhatIsUnreadWhenAnEndGoesResetsTheOther) {
  world w;
  const stream_ptr client = w.wires.connect(w.counted);
  client->write("nobody reads this");
  w.run(10ms);
  w.accepted.clear();
  w.run(10ms);
  EXPECT_EQ(world::how(*client), status::ended);
  EXPECT_EQ(client->write("x").how, status::ended);
}

TEST(Network, WhoWritesToOneThatHasGoneIsReset) {
  world w;
  const stream_ptr client = w.wires.connect(w.counted);
  w.accepted.clear();
  w.run(10ms);
  EXPECT_EQ(world::how(*client), status::ended);
  EXPECT_EQ(client->write("late").how, status::moved) << "as with TCP: it does not know yet";
  w.run(10ms);
  EXPECT_EQ(client->write("later").how, status::ended);
}

TEST(Network, WhatIsCutArrivesInPiecesAndWhole) {
  world w;
  w.wires.now().cut = 1'000'000;
  w.wires.now().jitter = 1ms;
  const stream_ptr client = w.wires.connect(w.counted);
  const std::string sent(5'000, 'x');
  client->write(sent);
  std::string got;
  int pieces = 0;
  for (int i = 0; i < 5'000 && got.size() < sent.size(); ++i) {
    w.run(10us);
    const std::string piece = world::read(*w.accepted.at(0));
    pieces += piece.empty() ? 0 : 1;
    got += piece;
  }
  EXPECT_EQ(got, sent);
  EXPECT_GT(pieces, 1);
  EXPECT_GT(w.wires.counts().cut, 0U);
}

TEST(Network, WhatIsLostComesLaterAndCountsAgain) {
  world w;
  w.wires.now().loss = 1'000'000;
  const stream_ptr client = w.wires.connect(w.counted);
  client->write("again");
  w.run(150ms);
  EXPECT_EQ(world::how(*w.accepted.at(0)), status::blocked);
  w.run(20s);
  EXPECT_GT(w.wires.counts().loss, 0U);
  const bool is_there = world::read(*w.accepted.at(0)) == "again";
  EXPECT_TRUE(is_there || w.wires.counts().loss_reset > 0);
}

TEST(Network, AHalfOpenLineTellsNobodyUntilSomethingWasSentForAMinute) {
  world w;
  w.wires.now().half_open = 1'000'000;
  const stream_ptr client = w.wires.connect(w.counted);
  byte_stream& server = *w.accepted.at(0);
  client->write("into the void");
  w.run(30s);
  EXPECT_EQ(world::how(server), status::blocked);
  EXPECT_EQ(world::how(*client), status::blocked);
  w.run(40s);
  EXPECT_EQ(world::how(*client), status::ended) << "nobody acknowledged";
  EXPECT_EQ(world::how(server), status::blocked) << "it has sent nothing, and knows nothing";
}

TEST(Network, AResetDropsWhatIsUnderWayAndTellsBoth) {
  world w;
  w.wires.now().reset = 1'000'000;
  const stream_ptr client = w.wires.connect(w.counted);
  client->write("x");
  w.run(10ms);
  EXPECT_EQ(world::how(*client), status::ended);
  EXPECT_EQ(world::how(*w.accepted.at(0)), status::ended);
}

TEST(Network, ASlowReaderSlowsItsServer) {
  world w;
  w.wires.now().slow = 1'000'000;
  w.wires.now().slow_bytes_per_s = 1'000;
  w.wires.now().window = 500;
  const stream_ptr client = w.wires.connect(w.counted);
  byte_stream& server = *w.accepted.at(0);
  std::size_t sent = 0;
  std::size_t got = 0;
  for (int i = 0; i < 100; ++i) {
    sent += server.write(std::string(1'000, 'x')).bytes;
    w.run(100ms);
    got += world::read(*client).size();
  }
  EXPECT_LE(got, 10'000U);
  EXPECT_GE(got, 4'000U);
  EXPECT_LE(sent, got + 500);
}

TEST(Network, AProxyCutsWhatIsIdleAndKeepsAnswersBack) {
  world w;
  w.wires.now().idle_cut = 1'000'000;
  const stream_ptr idle = w.wires.connect(w.counted);
  w.run(29s);
  EXPECT_EQ(world::how(*idle), status::blocked);
  w.run(2s);
  EXPECT_EQ(world::how(*idle), status::ended);

  w.wires.now().idle_cut = 0;
  w.wires.now().buffered = 1'000'000;
  w.wires.now().buffer_bytes = 100;
  const stream_ptr client = w.wires.connect(w.counted);
  byte_stream& server = *w.accepted.at(1);
  server.write("little");
  w.run(1s);
  EXPECT_EQ(world::how(*client), status::blocked) << "kept back";
  server.write(std::string(100, 'x'));
  w.run(10ms);
  EXPECT_EQ(world::read(*client), "little" + std::string(100, 'x')) << "the buffer was full";
  server.write("late");
  w.run(3s);
  EXPECT_EQ(world::read(*client), "late") << "and time passes, too";
}

TEST(Network, HealingLetsEverythingFlow) {
  world w;
  w.wires.now().stall = 1'000'000;
  w.wires.now().stall_max = 10min;
  const stream_ptr client = w.wires.connect(w.counted);
  client->write("stuck");
  w.run(10ms);
  w.wires.heal();
  w.run(10ms);
  EXPECT_EQ(world::read(*w.accepted.at(0)), "stuck");
}

struct dialled {
  bool is_done = false;
  stream_ptr stream;
  instant at{};
};

task<void> connect(world& w, connector& by, waiter& sleeper, dialled& out) {
  sleeper.set_deadline(w.loop.now() + 15s);
  out.stream = co_await by.connect(sleeper);
  out.at = w.loop.now();
  out.is_done = true;
}

TEST(Network, ADialTakesARoundTripOrIsRefused) {
  world w;
  w.wires.now().latency = 5ms;
  const auto by = w.wires.make_connector(w.counted);
  waiter sleeper(w.loop);
  nursery work;
  dialled first, second, third;
  work.spawn(connect(w, *by, sleeper, first));
  w.run(100ms);
  ASSERT_TRUE(first.stream);
  EXPECT_EQ(first.at, 10ms);
  w.wires.deaf();
  work.spawn(connect(w, *by, sleeper, second));
  w.run(100ms);
  EXPECT_TRUE(second.is_done);
  EXPECT_FALSE(second.stream);
  EXPECT_EQ(by->why(), "refused");
  w.wires.lose_server(true);
  work.spawn(connect(w, *by, sleeper, third));
  w.run(14s);
  EXPECT_FALSE(third.is_done) << "the machine is gone: nobody answers";
  w.run(2s);
  EXPECT_TRUE(third.is_done);
  EXPECT_FALSE(third.stream);
}

TEST(Network, AKilledServerResetsItsClients) {
  world w;
  const stream_ptr client = w.wires.connect(w.counted);
  w.wires.lose_server(false);
  w.accepted.clear();  // in whatever state: nobody hears of it
  w.run(10ms);
  EXPECT_EQ(world::how(*client), status::ended);
}

TEST(Network, APowerCutIsSilentUntilTheServerIsBack) {
  world w;
  const stream_ptr client = w.wires.connect(w.counted);
  w.wires.lose_server(true);
  w.accepted.clear();
  client->write("is there anybody?");
  w.run(50s);
  EXPECT_EQ(world::how(*client), status::blocked);
  w.listen();
  w.run(10ms);
  EXPECT_EQ(world::how(*client), status::ended) << "the new server knows no such connection";
}

// What sim/model counts for the same: requests with answers at once, and pieces one way.
TEST(Network, CountsSegmentsAsTcpSendsThem) {
  world w;
  {
    const stream_ptr client = w.wires.connect(w.counted);
    byte_stream& server = *w.accepted.at(0);
    for (int i = 0; i < 10; ++i) {
      client->write("request");
      w.run(1ms);
      world::read(server);
      server.write("answer");
      w.run(1s);  // longer than an acknowledgement waits
      world::read(*client);
    }
    server.end_writing();
    w.run(10ms);
  }
  w.accepted.clear();
  // The handshake; request, answer, and the answer's lone acknowledgement; the end.
  EXPECT_EQ(w.counted.tcp.segments, 3U + 10 * 3 + 3);
  EXPECT_EQ(w.counted.tcp.head_bytes, w.counted.tcp.segments * 52 + 2 * 8);
  EXPECT_EQ(w.counted.bytes_sent, 70U);
  EXPECT_EQ(w.counted.bytes_received, 60U);
  EXPECT_EQ(w.counted.connections, 1U);
}

TEST(Network, PiecesWithinFortyMillisecondsShareAnAcknowledgement) {
  world w;
  {
    const stream_ptr client = w.wires.connect(w.counted);
    byte_stream& server = *w.accepted.at(0);
    for (int i = 0; i < 3; ++i) {
      server.write("piece");
      w.run(10ms);
    }
    w.run(1s);
    world::read(*client);
  }
  w.accepted.clear();
  EXPECT_EQ(w.counted.tcp.segments, 3U + 3 + 1 + 3);
}

std::uint64_t hash_of(std::uint64_t seed) {
  world w(seed);
  w.wires.now().cut = 300'000;
  w.wires.now().tail = 300'000;
  w.wires.now().tail_max = 1s;
  const stream_ptr client = w.wires.connect(w.counted);
  for (int i = 0; i < 50; ++i) {
    client->write("a message of some length, number " + std::to_string(i));
    w.run(100ms);
    w.accepted.at(0)->write(world::read(*w.accepted.at(0)));
  }
  return w.wires.trace_hash();
}

TEST(Network, TheSameSeedGivesTheSameTrace) {
  EXPECT_EQ(hash_of(7), hash_of(7));
  EXPECT_NE(hash_of(7), hash_of(8));
}

TEST(Network, AnEndMayGoInAnyState) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    world w(seed);
    conditions& c = w.wires.now();
    c.cut = c.loss = c.stall = c.reset = c.half_open = c.slow = c.idle_cut = c.buffered = 200'000;
    c.stall_max = 1s;
    c.slow_bytes_per_s = 100;
    c.window = 300;
    std::vector<stream_ptr> clients;
    for (int step = 0; step < 60; ++step) {
      switch (w.entropy.below(6)) {
        case 0: clients.push_back(w.wires.connect(w.counted)); break;
        case 1:
          if (!clients.empty()) clients.erase(clients.begin());
          break;
        case 2:
          if (!w.accepted.empty()) w.accepted.erase(w.accepted.begin());
          break;
        case 3:
          for (const stream_ptr& s : clients) s->write(std::string(100, 'c'));
          break;
        case 4:
          for (const stream_ptr& s : w.accepted) s->write(std::string(100, 's')), world::read(*s);
          break;
        default: w.run(std::chrono::milliseconds(w.entropy.below(2'000))); break;
      }
    }
    if (seed % 3 == 0) w.wires.lose_server(seed % 2 == 0);
    clients.clear();
    w.accepted.clear();
    EXPECT_EQ(w.wires.open(), 0U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace lingerd::sim
