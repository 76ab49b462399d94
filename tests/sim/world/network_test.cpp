#include "sim/world/net/network.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/loop/task.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/time/virtual_loop.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;
using status = byte_stream::status;

// A network, and a server that only keeps the ends it accepts.
struct network_fixture {
  virtual_clock time;
  virtual_loop loop{time};
  seeded_entropy entropy;
  wire_counts counts;
  network net{loop, entropy};
  std::vector<stream_ptr> accepted;

  explicit network_fixture(std::uint64_t seed = 1) : entropy(seed) { listen(); }
  void listen() {
    net.listen([this](stream_ptr s) { accepted.push_back(std::move(s)); });
  }
  void run(instant duration) { loop.run_until(loop.now() + duration); }

  // All bytes that can be read now.
  static std::string read(byte_stream& s) {
    std::string all(1 << 20, '\0');
    all.resize(s.read(all).bytes);
    return all;
  }
  static status status_of(byte_stream& s) {
    char byte[1];
    return s.read(byte).status;
  }
};

TEST(Network, BytesArriveInOrderAfterTheLatency) {
  network_fixture f;
  f.net.conditions().latency = 3ms;
  const stream_ptr client = f.net.connect(f.counts);
  byte_stream& server = *f.accepted.at(0);
  EXPECT_EQ(client->write("hello ").bytes, 6U);
  EXPECT_EQ(client->write("world").bytes, 5U);
  f.run(2ms);
  EXPECT_EQ(network_fixture::status_of(server), status::blocked);
  f.run(2ms);
  EXPECT_EQ(network_fixture::read(server), "hello world");
}

TEST(Network, AFinArrivesAfterTheBytesBeforeIt) {
  network_fixture f;
  const stream_ptr client = f.net.connect(f.counts);
  byte_stream& server = *f.accepted.at(0);
  client->write("last words");
  client->end_writing();
  EXPECT_EQ(client->write("more").status, status::ended);
  f.run(10ms);
  EXPECT_EQ(network_fixture::read(server), "last words");
  EXPECT_EQ(network_fixture::status_of(server), status::ended);
  server.write("an answer all the same");
  f.run(10ms);
  EXPECT_EQ(network_fixture::read(*client), "an answer all the same");
}

TEST(Network, TheWindowHoldsTheWriterUntilTheReaderReads) {
  network_fixture f;
  f.net.conditions().window = 10;
  const stream_ptr client = f.net.connect(f.counts);
  byte_stream& server = *f.accepted.at(0);
  waiter sleeper(f.loop);
  EXPECT_EQ(client->write("0123456789abc").bytes, 10U);
  EXPECT_EQ(client->write("abc").status, status::blocked);
  client->watch_writable(sleeper);
  f.run(10ms);
  EXPECT_FALSE(has(sleeper.reasons(), wake::writable)) << "the bytes have arrived and are not read";
  EXPECT_EQ(network_fixture::read(server), "0123456789");
  EXPECT_TRUE(has(sleeper.reasons(), wake::writable));
  EXPECT_EQ(client->write("abc").bytes, 3U);
}

TEST(Network, ReleasingAnEndWithUnreadBytesResetsTheOther) {
  network_fixture f;
  const stream_ptr client = f.net.connect(f.counts);
  client->write("nobody reads this");
  f.run(10ms);
  f.accepted.clear();
  f.run(10ms);
  EXPECT_EQ(network_fixture::status_of(*client), status::ended);
  EXPECT_EQ(client->write("x").status, status::ended);
}

TEST(Network, WritingToAReleasedEndIsAnsweredWithAReset) {
  network_fixture f;
  const stream_ptr client = f.net.connect(f.counts);
  f.accepted.clear();
  f.run(10ms);
  EXPECT_EQ(network_fixture::status_of(*client), status::ended);
  EXPECT_EQ(client->write("late").status, status::moved)
      << "as with TCP: the client does not know yet";
  f.run(10ms);
  EXPECT_EQ(client->write("later").status, status::ended);
}

TEST(Network, ACutWriteArrivesInPiecesAndComplete) {
  network_fixture f;
  f.net.conditions().cut = 1'000'000;
  f.net.conditions().jitter = 1ms;
  const stream_ptr client = f.net.connect(f.counts);
  const std::string sent(5'000, 'x');
  client->write(sent);
  std::string got;
  int pieces = 0;
  for (int i = 0; i < 5'000 && got.size() < sent.size(); ++i) {
    f.run(10us);
    const std::string piece = network_fixture::read(*f.accepted.at(0));
    pieces += piece.empty() ? 0 : 1;
    got += piece;
  }
  EXPECT_EQ(got, sent);
  EXPECT_GT(pieces, 1);
  EXPECT_GT(f.net.counts().cut, 0U);
}

TEST(Network, ALostSegmentArrivesLaterAndIsCountedAgain) {
  network_fixture f;
  f.net.conditions().loss = 1'000'000;
  const stream_ptr client = f.net.connect(f.counts);
  client->write("again");
  f.run(150ms);
  EXPECT_EQ(network_fixture::status_of(*f.accepted.at(0)), status::blocked);
  f.run(20s);
  EXPECT_GT(f.net.counts().loss, 0U);
  const bool is_there = network_fixture::read(*f.accepted.at(0)) == "again";
  EXPECT_TRUE(is_there || f.net.counts().loss_reset > 0);
}

TEST(Network, AHalfOpenWireIsNoticedAMinuteAfterASend) {
  network_fixture f;
  f.net.conditions().half_open = 1'000'000;
  const stream_ptr client = f.net.connect(f.counts);
  byte_stream& server = *f.accepted.at(0);
  client->write("into the void");
  f.run(30s);
  EXPECT_EQ(network_fixture::status_of(server), status::blocked);
  EXPECT_EQ(network_fixture::status_of(*client), status::blocked);
  f.run(40s);
  EXPECT_EQ(network_fixture::status_of(*client), status::ended) << "nothing was acknowledged";
  EXPECT_EQ(network_fixture::status_of(server), status::blocked)
      << "it has sent nothing, so it cannot notice";
}

TEST(Network, AResetDropsBytesInFlightAndEndsBothSides) {
  network_fixture f;
  f.net.conditions().reset = 1'000'000;
  const stream_ptr client = f.net.connect(f.counts);
  client->write("x");
  f.run(10ms);
  EXPECT_EQ(network_fixture::status_of(*client), status::ended);
  EXPECT_EQ(network_fixture::status_of(*f.accepted.at(0)), status::ended);
}

TEST(Network, ASlowReaderSlowsItsServer) {
  network_fixture f;
  f.net.conditions().slow = 1'000'000;
  f.net.conditions().slow_bytes_per_s = 1'000;
  f.net.conditions().window = 500;
  const stream_ptr client = f.net.connect(f.counts);
  byte_stream& server = *f.accepted.at(0);
  std::size_t sent = 0;
  std::size_t got = 0;
  for (int i = 0; i < 100; ++i) {
    sent += server.write(std::string(1'000, 'x')).bytes;
    f.run(100ms);
    got += network_fixture::read(*client).size();
  }
  EXPECT_LE(got, 10'000U);
  EXPECT_GE(got, 4'000U);
  EXPECT_LE(sent, got + 500);
}

TEST(Network, AProxyCutsIdleWiresAndHoldsResponsesBack) {
  network_fixture f;
  f.net.conditions().idle_cut = 1'000'000;
  const stream_ptr idle = f.net.connect(f.counts);
  f.run(29s);
  EXPECT_EQ(network_fixture::status_of(*idle), status::blocked);
  f.run(2s);
  EXPECT_EQ(network_fixture::status_of(*idle), status::ended);

  f.net.conditions().idle_cut = 0;
  f.net.conditions().buffered = 1'000'000;
  f.net.conditions().buffer_bytes = 100;
  const stream_ptr client = f.net.connect(f.counts);
  byte_stream& server = *f.accepted.at(1);
  server.write("little");
  f.run(1s);
  EXPECT_EQ(network_fixture::status_of(*client), status::blocked) << "held by the proxy";
  server.write(std::string(100, 'x'));
  f.run(10ms);
  EXPECT_EQ(network_fixture::read(*client), "little" + std::string(100, 'x'))
      << "the buffer is full";
  server.write("late");
  f.run(3s);
  EXPECT_EQ(network_fixture::read(*client), "late") << "after buffer_time";
}

TEST(Network, HealingLetsStalledBytesFlow) {
  network_fixture f;
  f.net.conditions().stall = 1'000'000;
  f.net.conditions().stall_max = 10min;
  const stream_ptr client = f.net.connect(f.counts);
  client->write("stuck");
  f.run(10ms);
  f.net.heal();
  f.run(10ms);
  EXPECT_EQ(network_fixture::read(*f.accepted.at(0)), "stuck");
}

struct connect_result {
  bool is_done = false;
  stream_ptr stream;
  instant time{};
};

task<void> connect(network_fixture& f, connector& connector, waiter& sleeper,
                   connect_result& result) {
  sleeper.set_deadline(f.loop.now() + 15s);
  result.stream = co_await connector.connect(sleeper);
  result.time = f.loop.now();
  result.is_done = true;
}

TEST(Network, ConnectingTakesARoundTripOrIsRefused) {
  network_fixture f;
  f.net.conditions().latency = 5ms;
  const auto connector = f.net.make_connector(f.counts);
  waiter sleeper(f.loop);
  nursery work;
  connect_result first, second, third;
  work.spawn(connect(f, *connector, sleeper, first));
  f.run(100ms);
  ASSERT_TRUE(first.stream);
  EXPECT_EQ(first.time, 10ms);
  f.net.stop_listening();
  work.spawn(connect(f, *connector, sleeper, second));
  f.run(100ms);
  EXPECT_TRUE(second.is_done);
  EXPECT_FALSE(second.stream);
  EXPECT_EQ(connector->why(), "refused");
  f.net.lose_server(true);
  work.spawn(connect(f, *connector, sleeper, third));
  f.run(14s);
  EXPECT_FALSE(third.is_done) << "the machine is gone: no answer";
  f.run(2s);
  EXPECT_TRUE(third.is_done);
  EXPECT_FALSE(third.stream);
}

TEST(Network, AKilledServerResetsItsClients) {
  network_fixture f;
  const stream_ptr client = f.net.connect(f.counts);
  f.net.lose_server(false);
  f.accepted.clear();  // releasing lost ends has no effect
  f.run(10ms);
  EXPECT_EQ(network_fixture::status_of(*client), status::ended);
}

TEST(Network, APowerCutIsSilentUntilTheServerIsBack) {
  network_fixture f;
  const stream_ptr client = f.net.connect(f.counts);
  f.net.lose_server(true);
  f.accepted.clear();
  client->write("is there anybody?");
  f.run(50s);
  EXPECT_EQ(network_fixture::status_of(*client), status::blocked);
  f.listen();
  f.run(10ms);
  EXPECT_EQ(network_fixture::status_of(*client), status::ended)
      << "the new server knows no such connection";
}

// The same counts as sim/report/model: requests with immediate answers.
TEST(Network, CountsSegmentsAsTcpSendsThem) {
  network_fixture f;
  {
    const stream_ptr client = f.net.connect(f.counts);
    byte_stream& server = *f.accepted.at(0);
    for (int i = 0; i < 10; ++i) {
      client->write("request");
      f.run(1ms);
      network_fixture::read(server);
      server.write("answer");
      f.run(1s);  // longer than an acknowledgement waits
      network_fixture::read(*client);
    }
    server.end_writing();
    f.run(10ms);
  }
  f.accepted.clear();
  // The handshake; request, answer, and the answer's lone acknowledgement; the end.
  EXPECT_EQ(f.counts.tcp.segments, 3U + 10 * 3 + 3);
  EXPECT_EQ(f.counts.tcp.head_bytes, f.counts.tcp.segments * 52 + 2 * 8);
  EXPECT_EQ(f.counts.bytes_sent, 70U);
  EXPECT_EQ(f.counts.bytes_received, 60U);
  EXPECT_EQ(f.counts.connections, 1U);
}

TEST(Network, PiecesWithinFortyMillisecondsShareAnAcknowledgement) {
  network_fixture f;
  {
    const stream_ptr client = f.net.connect(f.counts);
    byte_stream& server = *f.accepted.at(0);
    for (int i = 0; i < 3; ++i) {
      server.write("piece");
      f.run(10ms);
    }
    f.run(1s);
    network_fixture::read(*client);
  }
  f.accepted.clear();
  EXPECT_EQ(f.counts.tcp.segments, 3U + 3 + 1 + 3);
}

std::uint64_t hash_of(std::uint64_t seed) {
  network_fixture f(seed);
  f.net.conditions().cut = 300'000;
  f.net.conditions().tail = 300'000;
  f.net.conditions().tail_max = 1s;
  const stream_ptr client = f.net.connect(f.counts);
  for (int i = 0; i < 50; ++i) {
    client->write("a message of some length, number " + std::to_string(i));
    f.run(100ms);
    f.accepted.at(0)->write(network_fixture::read(*f.accepted.at(0)));
  }
  return f.net.trace_hash();
}

TEST(Network, TheSameSeedGivesTheSameTrace) {
  EXPECT_EQ(hash_of(7), hash_of(7));
  EXPECT_NE(hash_of(7), hash_of(8));
}

TEST(Network, AnEndMayBeReleasedInAnyState) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    network_fixture f(seed);
    wire_conditions& c = f.net.conditions();
    c.cut = c.loss = c.stall = c.reset = c.half_open = c.slow = c.idle_cut = c.buffered = 200'000;
    c.stall_max = 1s;
    c.slow_bytes_per_s = 100;
    c.window = 300;
    std::vector<stream_ptr> clients;
    for (int step = 0; step < 60; ++step) {
      switch (f.entropy.below(6)) {
        case 0: clients.push_back(f.net.connect(f.counts)); break;
        case 1:
          if (!clients.empty()) clients.erase(clients.begin());
          break;
        case 2:
          if (!f.accepted.empty()) f.accepted.erase(f.accepted.begin());
          break;
        case 3:
          for (const stream_ptr& s : clients) s->write(std::string(100, 'c'));
          break;
        case 4:
          for (const stream_ptr& s : f.accepted)
            s->write(std::string(100, 's')), network_fixture::read(*s);
          break;
        default: f.run(std::chrono::milliseconds(f.entropy.below(2'000))); break;
      }
    }
    if (seed % 3 == 0) f.net.lose_server(seed % 2 == 0);
    clients.clear();
    f.accepted.clear();
    EXPECT_EQ(f.net.open(), 0U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace lingerd::sim
