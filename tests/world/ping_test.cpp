#include <gtest/gtest.h>

#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"

// Streams that stay open give a sign of life every 25 s, and notice who gives none.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

struct world {
  virtual_clock time;
  virtual_loop loop{time};
  limits bounds;
  virtual_server server{loop, bounds, {}, 1};
  seeded_entropy entropy{2};
  std::vector<world_user> people;
  std::string told;  // by the server, on the stream
  bool is_closed = false;

  world() {
    server.spawn(populate(*this));
    loop.run_until(10s);
  }
  static task<void> populate(world& w) {
    chat& chat = w.server.chat();
    w.people = co_await make_ring_of_friends(chat, w.entropy, 2);
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
    s->write("GET /api/events?after=" + std::to_string(server.chat().horizon()) + "&epoch=" +
             server.chat().epoch() + " HTTP/1.1\r\nHost: world\r\nAuthorization: Bearer " +
             people[0].token + "\r\n" + fields + "\r\n");
    loop.run_until(loop.now() + 1s);
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
  w.loop.run_until(w.loop.now() + 20s);
  EXPECT_EQ(w.told, "");
  w.loop.run_until(w.loop.now() + 60s);
  EXPECT_EQ(w.told, ":\n\n:\n\n:\n\n");
  EXPECT_FALSE(w.is_closed);
}

TEST(WebSocket, OneWhoAnswersPingsStays) {
  world w;
  const stream_ptr s = w.open(upgrade);
  for (int i = 0; i < 8; ++i) {
    w.told.clear();
    w.loop.run_until(w.loop.now() + 25s);
    EXPECT_EQ(w.told, ping);
    s->write(std::string("\x8a\x80\x01\x02\x03\x04", 6));
  }
  EXPECT_FALSE(w.is_closed);
}

TEST(WebSocket, OneWhoAnswersNoPingIsGivenUp) {
  world w;
  const stream_ptr s = w.open(upgrade);
  w.loop.run_until(w.loop.now() + 40s);
  EXPECT_EQ(w.told, ping);
  EXPECT_FALSE(w.is_closed);
  w.loop.run_until(w.loop.now() + 20s);
  EXPECT_TRUE(w.is_closed);
  EXPECT_EQ(w.server.counted().held_now, 0U);
  EXPECT_EQ(w.server.counted().open_connections, 0U);
}

}  // namespace
}  // namespace lingerd::world_tests
