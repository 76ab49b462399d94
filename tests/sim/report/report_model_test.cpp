#include <gtest/gtest.h>

#include <cmath>

#include "sim/client/client_requests.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/report/model/model.hpp"
#include "sim/report/model/wire_sizes.hpp"
#include "tests/world/virtual_server.hpp"

// The closed-form model: its lengths against the server's bytes, its sums against a calculation by
// hand.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;
using namespace sim;
namespace ask = client_requests;

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";

// A server in virtual time with two friends, and raw bytes on its wires.
struct raw_server {
  virtual_clock time;
  virtual_loop loop{time};
  limits bounds;
  test_prices prices;
  virtual_server server{loop, bounds, prices, 1};
  seeded_entropy entropy{2};
  std::vector<test_user> users;
  wire_setting setting;

  raw_server() {
    server.spawn(populate(*this));
    loop.run_until(10s);
    setting.user = users.at(0).id;
    setting.name_bytes = 2;
    setting.message = now();
  }
  // Sends until all ids have two digits.
  void grow_ids() {
    while (now() < 10) send();
    setting.message = now();
  }
  static task<void> populate(raw_server& w) {
    chat& chat = w.server.chat();
    w.users = co_await make_ring_of_friends(chat, w.entropy, 2);
  }

  std::string token(int i) const { return users.at(static_cast<std::size_t>(i)).token; }
  const std::string& host() const { return setting.host; }
  std::string epoch() { return server.chat().epoch(); }
  change_id now() { return server.chat().horizon(); }
  wire_sizes sizes() const { return sizes_of(setting); }

  // The bytes that arrived on a wire after a time.
  std::string after(byte_stream& wire, instant how_long) {
    loop.run_until(loop.now() + how_long);
    std::string all;
    char part[4096];
    for (;;) {
      const byte_stream::transfer t = wire.read(part);
      all.append(part, t.bytes);
      if (t.bytes == 0) return all;
    }
  }
  std::string exchange(const std::string& request) {
    const stream_ptr wire = server.connect();
    wire->write(request);
    return after(*wire, 1s);
  }
  // A message from one to the other, with the model's lengths; returns the answer.
  std::string send(int first = 0) {
    const std::string text(setting.text_bytes, 'x');
    std::string cid(setting.cid_bytes, 'c');
    cid.replace(0, 3, std::to_string(100 + ++sent_));
    return exchange(
        ask::send(host(), token(first), false, users.at(first == 0 ? 1 : 0).id, text, cid));
  }
  int sent_ = 0;
};

TEST(WireSizes, OfAStartWithoutMessages) {
  raw_server w;
  EXPECT_EQ(w.exchange(ask::start(w.host(), w.token(0))).size(), w.sizes().start_answer);
}

TEST(WireSizes, EqualTheServersBytes) {
  raw_server w;
  w.grow_ids();
  EXPECT_EQ(w.exchange(ask::poll(w.host(), w.token(0), w.now(), w.epoch(), 0)).size(),
            w.sizes().poll_answer_empty);
  const change_id before = w.now();
  EXPECT_EQ(w.send().size(), w.sizes().send_answer);
  const std::string theirs = w.exchange(ask::poll(w.host(), w.token(1), before, w.epoch(), 0));
  EXPECT_EQ(theirs.size(), w.sizes().poll_answer(w.sizes().event));
  const std::string own = w.exchange(ask::poll(w.host(), w.token(0), before, w.epoch(), 0));
  EXPECT_EQ(own.size(), w.sizes().poll_answer(w.sizes().own_event));
}

TEST(WireSizes, OfAReadMarkThatComesWithAMessage) {
  raw_server w;
  w.grow_ids();
  w.send(0);
  const change_id before = w.now();
  w.send(1);  // marks the first message as read
  const std::string answer = w.exchange(ask::poll(w.host(), w.token(0), before, w.epoch(), 0));
  EXPECT_NE(answer.find(R"("event":"read")"), answer.npos);
  EXPECT_EQ(answer.size(), w.sizes().poll_answer(w.sizes().event + 1 + w.sizes().read_event));
}

TEST(WireSizes, OfServerSentEvents) {
  raw_server w;
  w.grow_ids();
  const wire_sizes z = w.sizes();
  const stream_ptr wire = w.server.connect();
  wire->write(ask::sse(w.host(), w.token(1), w.now(), w.epoch()));
  EXPECT_EQ(w.after(*wire, 1s).size(), z.sse_head);
  w.send();
  EXPECT_EQ(w.after(*wire, 1s).size(), z.sse_frame + z.event);
  EXPECT_EQ(w.after(*wire, 25s).size(), z.sse_ping);
}

TEST(WireSizes, OfAWebSocket) {
  raw_server w;
  w.grow_ids();
  const wire_sizes z = w.sizes();
  const stream_ptr wire = w.server.connect();
  wire->write(ask::websocket(w.host(), w.token(1), w.now(), w.epoch(), key));
  EXPECT_EQ(w.after(*wire, 1s).size(), z.websocket_head);
  w.send();
  EXPECT_EQ(w.after(*wire, 1s).size(), z.websocket_frame(z.event));
  EXPECT_EQ(w.after(*wire, 25s).size(), z.websocket_ping);
}

model_input input(transport kind) {
  model_input setup;
  setup.transport = kind;
  setup.clients = 10;
  setup.listening_s = 30;
  setup.messages = 50;
  setup.deliveries = 50;
  setup.own_events = 50;
  setup.send_connections = 4;
  return setup;
}

TEST(Model, RequestsByHand) {
  model_input setup = input(transport::short_poll);
  setup.poll_interval_s = 3;
  EXPECT_DOUBLE_EQ(predict(setup).requests, 10 + 50 + 10 * (1 + 30 / 3.0));
  // Ten first holds, and a further one after each of a hundred events; none lasts 100 s.
  EXPECT_DOUBLE_EQ(predict(input(transport::long_poll)).requests, 10 + 50 + 10 + 100);
  EXPECT_DOUBLE_EQ(predict(input(transport::sse)).requests, 10 + 50 + 10);
  EXPECT_DOUBLE_EQ(predict(input(transport::websocket)).requests, 10 + 50 + 10);
}

TEST(Model, CountsHoldsWithoutEvents) {
  model_input setup = input(transport::long_poll);
  setup.messages = setup.deliveries = setup.own_events = 0;
  setup.listening_s = 975;  // ten holds of 97.5 s, which is 100 less half of 5 % of jitter
  EXPECT_NEAR(predict(setup).requests, 10 + 10 + 10 * 10, 1e-6);
  setup.listening_s = 60;
  EXPECT_DOUBLE_EQ(predict(setup).requests, 10 + 10);
  // Many events: a hold of 97.5 s hardly ever ends by itself.
  setup.listening_s = 3600;
  setup.deliveries = 10 * 3600;
  EXPECT_NEAR(predict(setup).requests, 10 + 10 + 36'000, 1);
}

TEST(Model, ReadMarksByHand) {
  // In a long conversation of two, every second message answers the other's: both receive the mark.
  EXPECT_NEAR(expected_read_events(10'000, 1, 2, false), 9'999, 1e-9);
  // A group of four: three of four messages, and only the writer receives the mark.
  EXPECT_NEAR(expected_read_events(1'001, 1, 4, true), 750, 1e-9);
  EXPECT_EQ(expected_read_events(0, 5, 2, false), 0);
  // One message in each of very many conversations reads nothing.
  EXPECT_NEAR(expected_read_events(10, 1e9, 2, false), 0, 1e-3);
}

TEST(Model, BytesByHand) {
  const model_input setup = input(transport::sse);
  const wire_sizes z = sizes_of(setup.setting);
  const double app = 10.0 * static_cast<double>(z.start_request + z.start_answer) +
                     50.0 * static_cast<double>(z.send_request + z.send_answer) +
                     10.0 * static_cast<double>(z.sse_request + z.sse_head) +
                     50.0 * static_cast<double>(2 * z.sse_frame + z.event + z.own_event) +
                     10.0 * static_cast<double>(z.sse_ping);
  const prediction p = predict(setup);
  EXPECT_DOUBLE_EQ(p.app_bytes, app);
  // 14 connections opened and closed, 10 starts of two, 50 sends of three, 10 asks of three, 100
  // events and 10 pings of two; less what travels with something within 40 ms.
  const double sends = 50 * (2 + std::exp(-0.04 * 50 / 30));
  const double events = 100 * (1 + 1 / (1 + 0.04 * 10 / 30));
  const double segments = 14 * 6 + 10 * 2 + sends + 10 * 3 + events + 10 * 2;
  EXPECT_DOUBLE_EQ(p.wire_bytes, app + segments * 52 + 14 * 16);
  EXPECT_DOUBLE_EQ(p.wire_bytes_lan, p.wire_bytes) << "nothing here is longer than 1,448 bytes";
}

TEST(Model, ALanCutsWhatIsLong) {
  model_input setup = input(transport::sse);
  setup.setting.text_bytes = 4000;
  setup.own_events = 0;
  const prediction p = predict(setup);
  // An event and a send of some 4,200 bytes: two segments more each, and one acknowledgement.
  EXPECT_NEAR(p.wire_bytes_lan - p.wire_bytes, (50 + 50) * 3 * 52.0, 1e-6);
}

TEST(Model, AnIdleHourByHand) {
  const wire_setting s;
  const wire_sizes z = sizes_of(s);
  const idle_hour often = idle_hour_of(transport::short_poll, 0.25, s);
  EXPECT_DOUBLE_EQ(often.requests, 14'400);
  EXPECT_DOUBLE_EQ(often.app_bytes,
                   14'400.0 * static_cast<double>(z.poll_request + z.poll_answer_empty));
  EXPECT_DOUBLE_EQ(often.wire_bytes, often.app_bytes + 14'400 * 3 * 52.0);
  EXPECT_NEAR(idle_hour_of(transport::long_poll, 0, s).requests, 3600 / 97.5, 1e-9);
  const idle_hour stream = idle_hour_of(transport::sse, 0, s);
  EXPECT_DOUBLE_EQ(stream.requests, 0);
  EXPECT_DOUBLE_EQ(stream.wire_bytes, 144 * (3 + 2 * 52.0));
  const idle_hour socket = idle_hour_of(transport::websocket, 0, s);
  EXPECT_DOUBLE_EQ(socket.wire_bytes, 144 * (2 + 6 + 3 * 52.0));
}

TEST(Model, CompletesAReport) {
  report r;
  run one;
  one.transport = "sse";
  one.clients = 10;
  one.duration_s = 30;
  r.runs = {one, one};
  r.runs[1].wire.idle_from = "measured";
  r.runs[1].wire.wire_bytes_per_client_hour_idle = 17;
  r.runs[1].predicted = prediction{1, 2, 3, 4};
  add_model(r);
  ASSERT_TRUE(r.runs[0].predicted);
  EXPECT_EQ(r.runs[0].wire.idle_from, "model");
  EXPECT_GT(r.runs[0].wire.wire_bytes_per_client_hour_idle, 0);
  EXPECT_EQ(r.runs[1].wire.wire_bytes_per_client_hour_idle, 17);
  EXPECT_EQ(r.runs[1].predicted->requests, 1);
}

}  // namespace
}  // namespace lingerd::world_tests
