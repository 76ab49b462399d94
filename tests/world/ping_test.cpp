#include <gtest/gtest.h>

#include "tests/world/scripted_client.hpp"

// Streams that stay open give a sign of life every 25 s, and notice who gives none.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

struct world {
  virtual_clock time;
  world_loop on{time};
  limits bounds;
  virtual_server server{on, bounds, {}, 1};
  seeded_entropy chance{2};
  std::vector<world_user> people;
  std::string told;  // by the server, on the stream
  bool is_closed = false;

  world() {
    server.spawn(populate(*this));
    on.run_until(10s);
  }
  static task<void> populate(world& w) {
    chat& talk = w.server.talk();
    w.people = co_await make_ring_of_friends(talk, w.chance, 2);
  }

  // Opens a stream, up to the end of its head.
  stream_ptr open(const std::string& fields) {
    wire_watch watch;
    watch.arrived = [this](instant, int end, std::string_view bytes) {
      if (end != 0) return;
      told += bytes;
      is_closed = is_closed || bytes.empty();
    };
    stream_ptr s = server.connect(std::move(watch));
    s->write("GET /api/events?after=" + std::to_string(server.talk().horizon()) + "&epoch=" +
             server.talk().epoch() + " HTTP/1.1\r\nHost: world\r\nAuthorization: Bearer " +
             people[0].token + "\r\n" + fields + "\r\n");
    on.run_until(on.now() + 1s);
    EXPECT_TRUE(told.ends_with("\r\n\r\n")) << told;
    told.clear();
    return s;
  }
};

const std::string upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string ping("\x89\x00", 2);

TEST(Sse, HasACommentEvery25Seconds) {
  world w;
  const stream_ptr s = w.open("Accept: text/event-stream\r\n");
  w.on.run_until(w.on.now() + 20s);
  EXPECT_EQ(w.told, "");
  w.on.run_until(w.on.now() + 60s);
  EXPECT_EQ(w.told, ":\n\n:\n\n:\n\n");
  EXPECT_FALSE(w.is_closed);
}

TEST(WebSocket, OneWhoAnswersPingsStays) {
  world w;
  const stream_ptr s = w.open(upgrade);
  for (int i = 0; i < 8; ++i) {
    w.told.clear();
    w.on.run_until(w.on.now() + 25s);
    EXPECT_EQ(w.told, ping);
    s->write(std::string("\x8a\x80\x01\x02\x03\x04", 6));
  }
  EXPECT_FALSE(w.is_closed);
}

TEST(WebSocket, OneWhoAnswersNoPingIsGivenUp) {
  world w;
  const stream_ptr s = w.open(upgrade);
  w.on.run_until(w.on.now() + 40s);
  EXPECT_EQ(w.told, ping);
  EXPECT_FALSE(w.is_closed);
  w.on.run_until(w.on.now() + 20s);
  EXPECT_TRUE(w.is_closed);
  EXPECT_EQ(w.server.counted().held_now, 0U);
  EXPECT_EQ(w.server.counted().open_connections, 0U);
}

}  // namespace
}  // namespace lingerd::world_tests
