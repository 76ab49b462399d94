#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

// The stream as Server-Sent Events.
namespace lingerd::server_tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// One block of the stream: its fields by name.
using block = std::map<std::string, std::string>;

class event_source {
 public:
  event_source(running_server& w, const std::string& path, const std::string& token,
               const std::string& fields = {})
      : c_(w.port()) {
    c_.send(request("GET", path, token, {}, "Accept: text/event-stream\r\n" + fields));
    head = c_.read_until("\r\n\r\n");
  }

  // The next block that is not a comment.
  block next(milliseconds longest = seconds(10)) {
    for (;;) {
      const std::string text = c_.read_until("\n\n", longest);
      block b;
      for (std::size_t offset = 0; offset < text.size() - 1;) {
        const std::size_t end = text.find('\n', offset);
        const std::string line = text.substr(offset, end - offset);
        const std::size_t colon = line.find(':');
        if (colon != 0)
          b[line.substr(0, colon)] = line.substr(line.find_first_not_of(' ', colon + 1));
        offset = end + 1;
      }
      if (!b.empty()) return b;
    }
  }
  json::value data(milliseconds longest = seconds(10)) {
    return json::parse(next(longest)["data"]);
  }
  connection& wire() { return c_; }

  std::string head;

 private:
  connection c_;
};

TEST(Sse, SendsEachEventWithItsCursor) {
  running_server w;
  reader li(w, "li");
  event_source s(w, li.path(), w.token("li"));
  EXPECT_TRUE(s.head.starts_with("HTTP/1.1 200 "));
  EXPECT_NE(s.head.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_NE(s.head.find("X-Accel-Buffering: no"), std::string::npos);
  const answer sent = w.send("han", "li", "one\ntwo");

  block b = s.next();
  const std::uint64_t id = number(sent.json().at("id"));
  EXPECT_EQ(b["id"], li.epoch + "." + std::to_string(id));
  const json::value e = json::parse(b["data"]);

  EXPECT_EQ(text(e.at("msg")), "one\ntwo");
  EXPECT_EQ(number(e.at("id")), id);
  ASSERT_TRUE(done(w.send("li", "han", "mine"), 201));
  EXPECT_EQ(text(s.data().at("event")), "read") << "sending reads what came before";
  EXPECT_EQ(text(s.data().at("msg")), "mine");
}

TEST(Sse, LastEventIdTakesPrecedenceOverTheAddress) {
  running_server w;
  reader li(w, "li");
  const std::uint64_t first = number(w.send("han", "li", "first").json().at("id"));
  ASSERT_TRUE(done(w.send("han", "li", "second"), 201));
  event_source s(w, li.path(), w.token("li"),
                 "Last-Event-ID: " + li.epoch + "." + std::to_string(first) + "\r\n");
  EXPECT_EQ(text(s.data().at("msg")), "second");
}

TEST(Sse, MissedEventsComeFirstAndInOrder) {
  running_server w;
  reader li(w, "li");
  for (int i = 0; i < 600; ++i) ASSERT_TRUE(done(w.send("han", "li", std::to_string(i)), 201));
  event_source s(w, li.path(), w.token("li"));
  for (int i = 0; i < 600; ++i) ASSERT_EQ(text(s.data().at("msg")), std::to_string(i));
}

TEST(Sse, AnOldCursorAndAMissingSessionAreErrorEvents) {
  running_server w;
  reader li(w, "li");
  const std::string future = "/api/events?after=99999999&epoch=" + li.epoch;
  event_source old(w, future, w.token("li"));
  block b = old.next();
  EXPECT_EQ(b["event"], "error");
  EXPECT_EQ(b["retry"], "86400000") << "EventSource would ask again every 3 s for ever";
  EXPECT_EQ(text(json::parse(b["data"]).at("error").at("code")), "cursor_expired");
  EXPECT_TRUE(old.wire().is_closed_within(seconds(2)));
  event_source stranger(w, li.path(), "");
  b = stranger.next();
  EXPECT_EQ(b["event"], "error");
  EXPECT_EQ(b["retry"], "86400000");
  EXPECT_EQ(text(json::parse(b["data"]).at("error").at("code")), "not_signed_in");
  EXPECT_TRUE(stranger.wire().is_closed_within(seconds(2)));
}

TEST(Sse, AWrongCursorIsABadRequest) {
  running_server w;
  connection c(w.port());
  const std::string accept = "Accept: text/event-stream\r\n";
  EXPECT_TRUE(
      refused(c.ask(request("GET", "/api/events?after=-1&epoch=x", w.token("li"), {}, accept)), 400,
              "bad_request"));
  EXPECT_TRUE(refused(c.ask(request("GET", "/api/events", w.token("li"), {},
                                    accept + "Last-Event-ID: nonsense\r\n")),
                      400, "bad_request"));
}

TEST(Sse, ASignOutEndsIt) {
  running_server w;
  reader li(w, "li");
  event_source s(w, li.path(), w.token("li"));
  ASSERT_TRUE(done(w.del("li", "/api/session"), 204));
  block b = s.next();
  EXPECT_EQ(b["event"], "error");
  EXPECT_EQ(text(json::parse(b["data"]).at("error").at("code")), "not_signed_in");
  EXPECT_TRUE(s.wire().is_closed_within(seconds(2)));
}

TEST(Sse, PresenceAndTypingComeOnlyIfRequested) {
  running_server w;
  reader li(w, "li");
  event_source plain(w, li.path(), w.token("li"));
  event_source s(w, li.path(li.presence()), w.token("li"));
  reader han(w, "han");
  connection c(w.port());
  han.hold(c, "&wait=30" + han.presence());
  bool is_online = false;
  for (int i = 0; i < 5 && !is_online; ++i) {
    block b = s.next(seconds(5));
    ASSERT_EQ(b["event"], "presence");
    const json::value presence = json::parse(b["data"]);
    for (const json::value& u : presence.at("online").as_array()) {
      is_online = is_online || number(u) == w.id("han");
    }
  }
  EXPECT_TRUE(is_online);
  ASSERT_TRUE(done(w.post("han", "/api/typing", {{"type", "single"}, {"to", w.id("li")}}), 204));
  const json::value e = s.data(seconds(5));
  EXPECT_EQ(text(e.at("event")), "typing");
  EXPECT_EQ(number(e.at("user")), w.id("han"));
  EXPECT_TRUE(plain.wire().is_quiet_for(milliseconds(200)));
}

TEST(Sse, TheSeventeenthStreamEndsTheOldestWithAPause) {
  running_server w({"--streams-max", "2"});
  reader li(w, "li");
  event_source first(w, li.path(), w.token("li"));
  event_source second(w, li.path(), w.token("li"));
  event_source third(w, li.path(), w.token("li"));
  const block b = first.next();
  EXPECT_EQ(b.at("event"), "pause");
  EXPECT_EQ(number(json::parse(b.at("data")).at("pause")), 5U);
  EXPECT_TRUE(first.wire().is_closed_within(seconds(2)));
  ASSERT_TRUE(done(w.send("han", "li", "still here"), 201));
  EXPECT_EQ(text(second.data().at("msg")), "still here");
  EXPECT_EQ(text(third.data().at("msg")), "still here");
}

TEST(Sse, AnOrderlyShutdownClosesIt) {
  running_server w;
  reader li(w, "li");
  event_source s(w, li.path(), w.token("li"));
  w.server_process().stop();
  EXPECT_TRUE(s.wire().is_closed_within(seconds(2)));
}

}  // namespace
}  // namespace lingerd::server_tests
