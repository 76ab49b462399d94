#include "http/connection/connection.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "tests/http/api/server_fixture.hpp"

// The connection's coroutine over a line in memory, in a time that jumps from deadline to deadline.
namespace lingerd::http_tests {
namespace {

using namespace std::chrono_literals;

// Both directions between a client and the server. The client is the test.
struct line {
  char name = 'a';
  std::string* order = nullptr;    // of the answers, by name
  std::size_t room = 1024 * 1024;  // unread by the client
  std::string to_server, to_client;
  bool client_ended = false;
  bool server_ended = false;
  bool released = false;
  waiter* reader = nullptr;
  waiter* writer = nullptr;

  void send(std::string_view bytes) {
    to_server += bytes;
    tell_reader();
  }
  void end() {
    client_ended = true;
    tell_reader();
  }
  std::string take() {
    std::string all = std::exchange(to_client, {});
    if (writer) std::exchange(writer, nullptr)->signal(wake::writable);
    return all;
  }
  void tell_reader() {
    if (reader && (client_ended || !to_server.empty())) {
      std::exchange(reader, nullptr)->signal(wake::readable);
    }
  }
};

class line_stream final : public byte_stream {
 public:
  explicit line_stream(std::shared_ptr<line> l) : line_(std::move(l)) {}
  transfer read(std::span<char> buffer) override {
    if (line_->to_server.empty()) return {0, line_->client_ended ? status::ended : status::blocked};
    const std::size_t n = std::min(buffer.size(), line_->to_server.size());
    line_->to_server.copy(buffer.data(), n);
    line_->to_server.erase(0, n);
    return {n, status::moved};
  }
  transfer write(std::string_view bytes) override {
    EXPECT_FALSE(line_->server_ended) << "nothing comes after the end";
    const std::size_t n = std::min(bytes.size(), line_->room - line_->to_client.size());
    if (n == 0) return {0, status::blocked};
    line_->to_client += bytes.substr(0, n);
    if (line_->order) *line_->order += line_->name;
    return {n, status::moved};
  }
  void watch_readable(waiter& w) override {
    line_->reader = &w;
    line_->tell_reader();
  }
  void watch_writable(waiter& w) override {
    line_->writer = &w;
    if (line_->to_client.size() < line_->room) {
      std::exchange(line_->writer, nullptr)->signal(wake::writable);
    }
  }
  void end_writing() override { line_->server_ended = true; }
  std::string peer() const override { return "192.0.2.7"; }
  void release() noexcept override {
    line_->released = true;
    line_->reader = line_->writer = nullptr;
    delete this;
  }

 private:
  ~line_stream() override = default;
  std::shared_ptr<line> line_;
};

// Says the same again and again, as fast as it is read.
class flood final : public byte_stream {
 public:
  flood(std::string first, std::string again, std::size_t& reads)
      : next_(std::move(first)), again_(std::move(again)), reads_(reads) {}
  transfer read(std::span<char> buffer) override {
    // Enough for a test to see that it does not end.
    if (++reads_ > 1000) return {0, status::ended};
    const bool is_first = reads_ == 1;
    while (!is_first && next_.size() < buffer.size()) next_ += again_;
    const std::size_t n = std::min(buffer.size(), next_.size());
    next_.copy(buffer.data(), n);
    next_.erase(0, n);
    return {n, status::moved};
  }
  transfer write(std::string_view bytes) override { return {bytes.size(), status::moved}; }
  void watch_readable(waiter& w) override { w.signal(wake::readable); }
  void watch_writable(waiter& w) override { w.signal(wake::writable); }
  void end_writing() override {}
  std::string peer() const override { return "192.0.2.8"; }
  void release() noexcept override { delete this; }

 private:
  ~flood() override = default;
  std::string next_;
  const std::string again_;
  std::size_t& reads_;
};

struct net : service_world {
  explicit net(limits of = {}) : service_world(of), host(on, in.counters, bounds) {
    li = user("li");
    han = user("han");
    befriend(li, han);
    token = session_of(li);
  }
  std::shared_ptr<line> connect(std::string_view first = {}) {
    auto l = std::make_shared<line>();
    l->send(first);
    serve(roots, host, routes, stream_ptr(new line_stream(l)));
    settle();
    return l;
  }
  void send(line& l, std::string_view bytes) {
    l.send(bytes);
    settle();
  }
  // Goes from deadline to deadline up to `by` from now.
  void wait(instant by) {
    const instant end = time.now_ + by;
    settle();
    for (;;) {
      const auto next = on.next_deadline();
      if (!next || *next > end) break;
      step_to(*next);
      on.fire_timers();
      settle();
    }
    step_to(end);
  }
  std::string get(const std::string& path, const std::string& fields = {}) const {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n" +
           fields + "\r\n";
  }
  std::string poll(const std::string& more = "&wait=100") const {
    return get("/api/events?after=" + std::to_string(chat.horizon()) + "&epoch=" + chat.epoch() +
               more);
  }
  std::string message(const std::string& text) const {
    const std::string body =
        R"({"type":"single","to":)" + std::to_string(han) + R"(,"msg":")" + text + R"("})";
    return "POST /api/messages HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  counters& counted() { return in.counters; }

  user_id li = 0, han = 0;
  std::string token;
  connections host;
  nursery roots;

 private:
  void step_to(instant t) {
    time.wall_ += std::chrono::duration_cast<std::chrono::milliseconds>(t).count() -
                  std::chrono::duration_cast<std::chrono::milliseconds>(time.now_).count();
    time.now_ = t;
  }
};

const std::string health = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";

int status_of_first(const std::string& bytes) {
  if (!bytes.starts_with("HTTP/1.1 ")) return 0;
  return std::stoi(bytes.substr(9, 3));
}
std::size_t answers_in(std::string_view bytes) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = bytes.find("HTTP/1.1 ", at)) != bytes.npos; ++at) ++n;
  return n;
}

// --- requests and answers ----------------------------------------------------------------------

TEST(Connection, AMessageIsAnsweredWhenItIsOnDisk) {
  net w;
  const auto l = w.connect();
  l->send(w.message("hi") + w.message("you"));
  w.on.end_turn();
  EXPECT_EQ(l->take(), "") << "it is not on disk yet";
  w.settle();
  const std::string answers = l->take();
  EXPECT_EQ(status_of_first(answers), 201);
  EXPECT_EQ(answers_in(answers), 2u);
  EXPECT_EQ(w.counted().messages, 2u);
}

TEST(Connection, AMessageOutlivesTheConnectionThatSentIt) {
  net w;
  const auto l = w.connect();
  l->send(w.message("hi"));
  w.on.end_turn();
  ASSERT_EQ(w.chat.waiting(), 1u);
  const change_id before = w.chat.horizon();
  w.roots.clear();  // while it is on its way
  EXPECT_TRUE(l->released);
  w.settle();
  EXPECT_EQ(w.chat.waiting(), 0u);
  EXPECT_GT(w.chat.horizon(), before);
}

TEST(Connection, AWebSocketThatTalksWithoutAPauseDoesNotKeepTheLoop) {
  net w;
  const std::string upgrade =
      w.get("/api/events?after=" + std::to_string(w.chat.horizon()) + "&epoch=" + w.chat.epoch(),
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
  const std::string pong = std::string("\x8a\xfd\0\0\0\0", 6) + std::string(125, 'x');
  std::size_t reads = 0;
  serve(w.roots, w.host, w.routes, stream_ptr(new flood(upgrade, pong, reads)));
  for (int i = 0; i < 5; ++i) w.on.end_turn();
  const std::size_t before = reads;
  ASSERT_GT(before, 1u);
  w.on.end_turn();
  EXPECT_EQ(reads, before + 1) << "one read a turn";
  EXPECT_EQ(w.counted().open_connections, 1u);
}

TEST(Connection, AnswersOneRequestAfterTheOther) {
  net w;
  const auto l = w.connect();
  for (int i = 0; i < 3; ++i) {
    w.send(*l, health);
    const std::string answer = l->take();
    EXPECT_EQ(status_of_first(answer), 200);
    EXPECT_TRUE(answer.ends_with("\r\n\r\nok"));
    EXPECT_FALSE(holds(answer, "Connection: close"));
  }
  EXPECT_FALSE(l->released);
  EXPECT_EQ(w.counted().requests, 3u);
  EXPECT_EQ(w.counted().connections, 1u);
  EXPECT_EQ(w.counted().open_connections, 1u);
  l->end();
  w.settle();
  EXPECT_TRUE(l->released);
  EXPECT_EQ(w.counted().open_connections, 0u);
  EXPECT_EQ(w.roots.size(), 0u);
}

TEST(Connection, PipelinedRequestsAreAnsweredInTheirOrder) {
  net w;
  const auto l = w.connect(health + w.message("one") + w.get("/nothing") + w.message("two"));
  const std::string all = l->take();
  ASSERT_EQ(answers_in(all), 4u);
  const auto first = all.find(" 200 OK"), second = all.find(" 201 Created"),
             third = all.find(" 404 "), fourth = all.rfind(" 201 Created");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_LT(third, fourth);
}

TEST(Connection, EndsAfterItsAnswerWhereItIsAskedTo) {
  net w;
  for (const std::string& request :
       {std::string("GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
        std::string("GET /healthz HTTP/1.0\r\n\r\n")}) {
    const auto l = w.connect(request + health);
    const std::string answer = l->take();
    EXPECT_EQ(answers_in(answer), 1u) << "what comes after it is not answered";
    EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
    EXPECT_TRUE(l->server_ended);
    EXPECT_TRUE(l->released);
  }
}

TEST(Connection, ToHeadItSendsNoBody) {
  net w;
  const auto l = w.connect("HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n" + health);
  const std::string all = l->take();
  ASSERT_EQ(answers_in(all), 2u);
  const auto second = all.rfind("HTTP/1.1 ");
  EXPECT_TRUE(all.substr(0, second).ends_with("\r\n\r\n"));
  EXPECT_TRUE(holds(all.substr(0, second), "\r\nContent-Length: 2\r\n"));
  EXPECT_TRUE(all.ends_with("ok"));
}

TEST(Connection, WhoWaitsForContinueIsToldToGoOn) {
  net w;
  const auto l = w.connect(
      "POST /api/session HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(l->take(), "HTTP/1.1 100 Continue\r\n\r\n");
  w.send(*l, "{}");
  EXPECT_EQ(status_of_first(l->take()), 400);
}

TEST(Connection, WhoseBodyIsTooLargeIsNotToldToGoOn) {
  net w;
  const auto l = w.connect(
      "POST /api/session HTTP/1.1\r\nHost: h\r\nContent-Length: 999999\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of_first(l->take()), 413);
}

TEST(Connection, OthersHaveTheirTurnAfterSixteenAnswers) {
  net w;
  std::string order;
  const auto a = w.connect(), b = w.connect();
  a->name = 'a';
  b->name = 'b';
  a->order = b->order = &order;
  std::string many;
  for (int i = 0; i < 100; ++i) many += health;
  a->send(many);
  b->send(health);
  w.settle();
  EXPECT_EQ(order.size(), 101u);
  EXPECT_EQ(order.find('b'), 16u);
}

TEST(Connection, ManyRequestsOfOneDoNotKeepAnotherWaiting) {
  net w;
  std::string order;
  const auto a = w.connect(), b = w.connect();
  a->name = 'a';
  b->name = 'b';
  a->order = b->order = &order;
  std::string many;
  for (int i = 0; i < 100; ++i) many += health;
  a->send(many);
  b->send(many);
  w.settle();
  ASSERT_EQ(order.size(), 200u);
  std::size_t longest = 0;
  for (std::size_t offset = 0; offset < order.size();) {
    const std::size_t run =
        std::min(order.find(order[offset] == 'a' ? 'b' : 'a', offset), order.size()) - offset;
    if (offset + run < order.size()) longest = std::max(longest, run);
    offset += run;
  }
  EXPECT_LE(longest, 18u);
}

// --- time --------------------------------------------------------------------------------------

TEST(Connection, AnIdleOneEndsWithoutAWord) {
  net w;
  const auto l = w.connect();
  w.wait(119s);
  EXPECT_FALSE(l->released);
  w.wait(2s);
  EXPECT_TRUE(l->released);
  EXPECT_EQ(l->take(), "");
}

TEST(Connection, EachAnswerBeginsTheIdleTimeAnew) {
  net w;
  const auto l = w.connect();
  for (int i = 0; i < 3; ++i) {
    w.wait(100s);
    ASSERT_FALSE(l->released);
    w.send(*l, health);
    EXPECT_EQ(status_of_first(l->take()), 200);
  }
}

TEST(Connection, ARequestHasTenSecondsToArriveInHoweverItDrips) {
  net w;
  const auto l = w.connect();
  w.wait(60s);
  const std::string slow = "GET /healthz HTTP/1.1\r\n";
  for (int i = 0; i < 9; ++i) {
    w.send(*l, slow.substr(i, 1));
    w.wait(1s);
    ASSERT_EQ(l->take(), "") << i;
  }
  w.send(*l, slow.substr(9, 1));
  w.wait(1100ms);
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 408);
  EXPECT_TRUE(holds(answer, R"("code":"stalled")"));
  EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->server_ended);
}

TEST(Connection, ARequestThatArrivesInTimeIsAnswered) {
  net w;
  const auto l = w.connect(health.substr(0, 10));
  w.wait(9900ms);
  w.send(*l, health.substr(10));
  EXPECT_EQ(status_of_first(l->take()), 200);
  w.wait(100s);
  EXPECT_FALSE(l->released) << "it has its idle time again";
}

TEST(Connection, ASlowReaderGetsAllWhileHeReads) {
  net w;
  const auto l = w.connect();
  l->room = 1000;
  w.send(*l, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  std::string all;
  for (int i = 0; i < 200 && !all.ends_with("</html>\n"); ++i) {
    all += l->take();
    w.settle();
  }
  EXPECT_EQ(status_of_first(all), 200);
  EXPECT_TRUE(all.ends_with("</html>\n"));
  l->room = 100'000;
  w.send(*l, health);
  EXPECT_TRUE(l->take().ends_with("ok"));
}

TEST(Connection, ASlowReaderIsCutOff) {
  net w;
  const auto l = w.connect();
  l->room = 1000;
  w.send(*l, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  w.wait(29s);
  EXPECT_FALSE(l->released);
  w.wait(2s);
  EXPECT_TRUE(l->released);
  EXPECT_EQ(w.counted().open_connections, 0u);
}

TEST(Connection, OneWhoDripsHisReadingIsCutOffToo) {
  net w;
  const auto l = w.connect();
  l->room = 10;
  w.send(*l, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int i = 0; i < 31; ++i) {
    l->take();
    w.wait(1s);
  }
  EXPECT_TRUE(l->released);
}

// Each of many slow readers kept a whole answer, however many there were: nineteen thousand of them
// would have held more than any machine has. Now all together have a bound.
TEST(Connection, SlowReadersTogetherHoldNoMoreThanTheBound) {
  limits bounds;
  bounds.half_written_bytes = 100'000;
  net w(bounds);
  std::vector<std::shared_ptr<line>> slow;
  std::size_t closed = 0;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(w.connect());
    slow.back()->room = 100;
    w.send(*slow.back(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_LE(w.host.scratch.half_written, bounds.half_written_bytes) << i;
    closed += slow.back()->released ? 1 : 0;
  }
  EXPECT_GT(closed, 0u);
  EXPECT_LT(closed, 100u);
  const auto quick = w.connect(health);
  EXPECT_EQ(status_of_first(quick->take()), 200) << "who takes what he asked for needs none of it";
  w.wait(31s);
  EXPECT_EQ(w.host.scratch.half_written, 0u);
}

// --- holding -----------------------------------------------------------------------------------

TEST(Connection, APollIsHeldForItsTime) {
  net w;
  const auto l = w.connect(w.poll());
  EXPECT_EQ(w.counted().held_now, 1u);
  w.wait(94900ms);
  EXPECT_EQ(l->take(), "");
  EXPECT_EQ(w.counted().held_now, 1u);
  w.wait(5100ms);
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 200);
  EXPECT_TRUE(answer.ends_with(R"("events":[]})")) << answer;
  EXPECT_TRUE(holds(answer, "\r\nCache-Control: no-store\r\n"));
  EXPECT_EQ(w.counted().held_now, 0u);
  EXPECT_EQ(w.counted().polls_held, 1u);
  EXPECT_EQ(w.counted().events_answers, 1u);
  w.send(*l, health);
  EXPECT_TRUE(l->take().ends_with("ok")) << "it goes on";
}

TEST(Connection, AShortPollIsAnsweredAtOnce) {
  net w;
  const auto l = w.connect(w.poll(""));
  EXPECT_TRUE(l->take().ends_with(R"("events":[]})"));
  EXPECT_EQ(w.counted().polls_held, 0u);
}

TEST(Connection, AMessageEndsAHoldAtOnce) {
  net w;
  const auto l = w.connect(w.poll());
  w.wait(50s);
  w.say(w.han, w.li, "hello");
  const std::string answer = l->take();
  EXPECT_TRUE(holds(answer, R"("msg":"hello")"));
  EXPECT_EQ(w.counted().held_now, 0u);
}

TEST(Connection, WhatConcernsOthersEndsNoHold) {
  net w;
  const user_id lucy = w.user("lucy");
  w.befriend(w.han, lucy);
  const auto l = w.connect(w.poll());
  w.say(w.han, lucy, "not for li");
  EXPECT_EQ(l->take(), "");
  w.wait(100s);
  const std::string next = R"("next":)" + std::to_string(w.chat.horizon());
  EXPECT_TRUE(holds(l->take(), next)) << "and yet the cursor moves";
}

TEST(Connection, WhatIsOlderThanTheMemoryComesFromTheStore) {
  limits bounds;
  bounds.ring_entries = 2;
  net w(bounds);
  const std::string poll = w.poll();
  for (int i = 0; i < 5; ++i) w.say(w.han, w.li, "m" + std::to_string(i));
  const auto l = w.connect(poll);
  const std::string answer = l->take();
  EXPECT_TRUE(holds(answer, R"("msg":"m0")"));
  EXPECT_TRUE(holds(answer, R"("msg":"m4")"));
}

TEST(Connection, WhatComesDuringAHoldWaitsForItsTurn) {
  net w;
  const auto l = w.connect(w.poll());
  w.send(*l, health);
  w.send(*l, w.get("/nothing"));
  EXPECT_EQ(l->take(), "");
  w.say(w.han, w.li, "hello");
  const std::string all = l->take();
  ASSERT_EQ(answers_in(all), 3u);
  EXPECT_LT(all.find("hello"), all.find("ok"));
  EXPECT_LT(all.find("ok"), all.find(" 404 "));
}

TEST(Connection, TooMuchAheadOfAHoldIsRefused) {
  limits bounds;
  bounds.pipelined_bytes = 1000;
  net w(bounds);
  const auto l = w.connect(w.poll());
  w.send(*l, std::string(1000, 'x'));
  EXPECT_EQ(l->take(), "");
  w.send(*l, "x");
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 413);
  EXPECT_TRUE(l->server_ended);
  EXPECT_EQ(w.counted().held_now, 0u);
}

TEST(Connection, WhoIsGoneIsNotHeld) {
  net w;
  const auto l = w.connect(w.poll("&wait=100&presence=0"));
  w.wait(2s);
  l->take();  // the presence at the beginning
  const auto held =
      w.connect(w.poll("&wait=100&presence=" + std::to_string(w.chat.presence().revision())));
  ASSERT_EQ(w.counted().held_now, 1u);
  held->end();
  w.settle();
  EXPECT_TRUE(held->released);
  EXPECT_EQ(held->take(), "");
  EXPECT_EQ(w.counted().held_now, 0u);
  EXPECT_TRUE(w.chat.presence().is_online(w.li));
  l->end();
  w.wait(62s);
  EXPECT_FALSE(w.chat.presence().is_online(w.li)) << "he lingers for a minute only";
}

TEST(Connection, WhoHoldsAPollWithPresenceIsOnline) {
  net w;
  w.connect(w.poll());
  w.wait(2s);
  EXPECT_FALSE(w.chat.presence().is_online(w.li));
  w.connect(w.poll("&wait=100&presence=" + std::to_string(w.chat.presence().revision())));
  w.wait(2s);
  EXPECT_TRUE(w.chat.presence().is_online(w.li));
}

TEST(Connection, SigningOutEndsAHold) {
  net w;
  const auto l = w.connect(w.poll());
  w.did(end_session{*hash_of_token(w.token)});
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 401);
  EXPECT_TRUE(holds(answer, R"("code":"not_signed_in")"));
  EXPECT_EQ(w.counted().held_now, 0u);
  w.send(*l, health);
  EXPECT_EQ(status_of_first(l->take()), 200);
}

TEST(Connection, TheSeventeenthStreamOfASessionEndsTheOldest) {
  net w;
  std::vector<std::shared_ptr<line>> held;
  for (int i = 0; i < 16; ++i) held.push_back(w.connect(w.poll()));
  for (const auto& l : held) EXPECT_EQ(l->take(), "");
  w.connect(w.poll());
  EXPECT_TRUE(holds(held[0]->take(), R"("events":[],"pause":5})"));
  for (std::size_t i = 1; i < held.size(); ++i) EXPECT_EQ(held[i]->take(), "") << i;
  EXPECT_EQ(w.counted().held_now, 16u);
}

// --- refusing ----------------------------------------------------------------------------------

std::string large(std::size_t n) {
  return "POST /api/messages HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(n) +
         "\r\n\r\n";
}

TEST(Connection, MalformedHttpIsAnsweredAndClosed) {
  net w;
  const auto l = w.connect("hello\r\n\r\n" + health);
  const std::string answer = l->take();
  EXPECT_EQ(answers_in(answer), 1u);
  EXPECT_EQ(status_of_first(answer), 400);
  EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->server_ended);
}

TEST(Connection, ARefusedBodyIsReadAndDropped) {
  net w;
  const auto l = w.connect(large(900'000));
  EXPECT_EQ(status_of_first(l->take()), 413);
  EXPECT_TRUE(l->server_ended);
  for (int i = 0; i < 9; ++i) {
    w.send(*l, std::string(100'000, 'x'));
    EXPECT_EQ(l->to_server, "") << "read";
    EXPECT_FALSE(l->released) << i;
  }
  l->end();
  w.settle();
  EXPECT_TRUE(l->released);
  EXPECT_EQ(l->take(), "") << "and not taken for a request";
}

TEST(Connection, OfARefusedBodyAMebibyteIsRead) {
  net w;
  const auto l = w.connect(large(5'000'000));
  w.send(*l, std::string(1'000'000, 'x'));
  EXPECT_FALSE(l->released);
  w.send(*l, std::string(100'000, 'x'));
  EXPECT_TRUE(l->released);
}

TEST(Connection, ARefusedBodyThatDoesNotComeIsNotWaitedForLong) {
  net w;
  const auto l = w.connect(large(5'000'000));
  w.wait(4s);
  EXPECT_FALSE(l->released);
  w.send(*l, "x");
  w.wait(1500ms);
  EXPECT_TRUE(l->released);
}

// --- closing -----------------------------------------------------------------------------------

TEST(Connection, ClosingAnswersHeldPolls) {
  net w;
  const auto l = w.connect(w.poll());
  w.host.close_all();
  w.settle();
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 200);
  EXPECT_TRUE(answer.ends_with(R"("events":[]})"));
  EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->released);
  EXPECT_EQ(w.roots.size(), 0u);
}

TEST(Connection, ClosingEndsIdleOnesAndHalfRequests) {
  net w;
  const auto idle = w.connect(), half = w.connect("GET / HT"), drained = w.connect(large(99'999));
  w.host.close_all();
  w.settle();
  EXPECT_TRUE(idle->released);
  EXPECT_TRUE(half->released);
  EXPECT_TRUE(drained->released);
}

TEST(Connection, ClosingFinishesWhatIsUnderWay) {
  net w;
  const auto l = std::make_shared<line>();
  l->send(w.message("hello") + health);
  serve(w.roots, w.host, w.routes, stream_ptr(new line_stream(l)));
  w.host.close_all();
  w.settle();
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 201);
  EXPECT_EQ(answers_in(answer), 1u);
  EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->released);
}

TEST(Connection, APollThatComesWhileItClosesIsNotHeld) {
  net w;
  const auto l = w.connect();
  l->send(w.poll());
  w.host.close_all();
  w.settle();
  EXPECT_EQ(status_of_first(l->take()), 200);
  EXPECT_TRUE(l->released);
}

TEST(Connection, MayBeDestroyedWhereverItWaits) {
  net w;
  const auto idle = w.connect(), half = w.connect("GET / HT"), held = w.connect(w.poll()),
             drained = w.connect(large(99'999)), slow = w.connect();
  slow->room = 10;
  w.send(*slow, health);
  const auto working = std::make_shared<line>();
  working->send(w.message("hello"));
  serve(w.roots, w.host, w.routes, stream_ptr(new line_stream(working)));
  w.roots.clear();
  for (const auto& l : {idle, half, held, drained, slow, working}) EXPECT_TRUE(l->released);
  EXPECT_EQ(w.counted().open_connections, 0u);
  EXPECT_EQ(w.counted().held_now, 0u);
  EXPECT_EQ(w.host.scratch.half_read, 0u);
  w.settle();
}

}  // namespace
}  // namespace lingerd::http_tests
