#include <gtest/gtest.h>

#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"

// Open streams send a sign of life every 25 s, and end without an answer to it.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

struct ping_fixture {
  virtual_clock clock;
  virtual_loop loop{clock};
  limits bounds;
  virtual_server server{loop, bounds, {}, 1};
  seeded_entropy entropy{2};
  std::vector<test_user> people;
  std::string received;  // on the stream
  bool is_closed = false;

  ping_fixture() {
    server.spawn(populate(*this));
    loop.run_until(10s);
  }
  static task<void> populate(ping_fixture& f) {
    chat& chat = f.server.chat();
    f.people = co_await make_ring_of_friends(chat, f.entropy, 2);
  }

  // Opens a stream, and drops the head of its response.
  stream_ptr open(const std::string& fields) {
    wire_observer observer;
    observer.on_segment = [this](instant, int end, std::string_view bytes) {
      if (end != 0) return;
      received += bytes;
      is_closed = is_closed || bytes.empty();
    };
    stream_ptr s = server.connect(std::move(observer));
    s->write("GET /api/events?after=" + std::to_string(server.chat().horizon()) + "&epoch=" +
             server.chat().epoch() + " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " +
             people[0].token + "\r\n" + fields + "\r\n");
    loop.run_until(loop.now() + 1s);
    EXPECT_TRUE(received.ends_with("\r\n\r\n")) << received;
    received.clear();
    return s;
  }
};

const std::string upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string ping("\x89\x00", 2);

TEST(Sse, SendsACommentEvery25Seconds) {
  ping_fixture f;
  const stream_ptr s = f.open("Accept: text/event-stream\r\n");
  f.loop.run_until(f.loop.now() + 20s);
  EXPECT_EQ(f.received, "");
  f.loop.run_until(f.loop.now() + 60s);
  EXPECT_EQ(f.received, ":\n\n:\n\n:\n\n");
  EXPECT_FALSE(f.is_closed);
}

TEST(WebSocket, StaysOpenWhilePingsAreAnswered) {
  ping_fixture f;
  const stream_ptr s = f.open(upgrade);
  for (int i = 0; i < 8; ++i) {
    f.received.clear();
    f.loop.run_until(f.loop.now() + 25s);
    EXPECT_EQ(f.received, ping);
    s->write(std::string("\x8a\x80\x01\x02\x03\x04", 6));
  }
  EXPECT_FALSE(f.is_closed);
}

TEST(WebSocket, EndsWithoutAnAnswerToAPing) {
  ping_fixture f;
  const stream_ptr s = f.open(upgrade);
  f.loop.run_until(f.loop.now() + 40s);
  EXPECT_EQ(f.received, ping);
  EXPECT_FALSE(f.is_closed);
  f.loop.run_until(f.loop.now() + 20s);
  EXPECT_TRUE(f.is_closed);
  EXPECT_EQ(f.server.counters().held_now, 0U);
  EXPECT_EQ(f.server.counters().open_connections, 0U);
}

}  // namespace
}  // namespace lingerd::world_tests
