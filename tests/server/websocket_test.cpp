#include <gtest/gtest.h>

#include "http/protocol/websocket_frame.hpp"
#include "tests/server/server_fixture.hpp"

// The stream as a WebSocket, and messages sent on it.
namespace lingerd::server_tests {
namespace {

namespace ws = websocket;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string handshake =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

class socket {
 public:
  socket(running_server& w, const std::string& path, const std::string& token) : c_(w.port()) {
    c_.send(request("GET", path, token, {}, handshake));
    head = c_.read_until("\r\n\r\n");
  }

  ws::reader::status next(milliseconds longest = seconds(10)) {
    for (;;) {
      std::string_view rest = bytes_;
      const ws::reader::status g = frames_.next(rest);
      bytes_.erase(0, bytes_.size() - rest.size());
      if (g != ws::reader::status::need_more) return g;
      bytes_ += c_.read_some(longest);
    }
  }
  json::value message(milliseconds longest = seconds(10)) {
    const ws::reader::status g = next(longest);
    EXPECT_EQ(g, ws::reader::status::message);
    return g == ws::reader::status::message ? json::parse(frames_.payload()) : json::value();
  }
  // The code of the server's close frame.
  unsigned close_code() {
    EXPECT_EQ(next(), ws::reader::status::close);
    const std::string& p = frames_.payload();
    return p.size() < 2 ? 0
                        : static_cast<unsigned>(static_cast<unsigned char>(p[0]) << 8 |
                                                static_cast<unsigned char>(p[1]));
  }
  void say(const json::value& v) { put(ws::opcode::text, json::serialize(v)); }
  void put(ws::opcode op, std::string_view payload) {
    std::string out;
    ws::append_frame(out, op, payload, ws::mask_key{1, 2, 3, 4});
    c_.send(out);
  }
  std::string& payload() { return frames_.payload(); }
  connection& wire() { return c_; }

  std::string head;

 private:
  connection c_;
  std::string bytes_;
  ws::reader frames_{false, 8 << 20};
};

json::value message_to(std::uint64_t recipient, std::string_view msg, std::string_view cid) {
  return {{"send", {{"type", "single"}, {"to", recipient}, {"msg", msg}, {"cid", cid}}}};
}

TEST(WebSocket, ShakesHandsAndSendsBatches) {
  running_server w;
  reader li(w, "li");
  socket s(w, li.path(), w.token("li"));
  EXPECT_TRUE(s.head.starts_with("HTTP/1.1 101 "));
  EXPECT_NE(s.head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  const answer sent = w.send("han", "li", "hello");
  const json::value v = s.message();
  EXPECT_GE(number(v.at("next")), number(sent.json().at("id")));
  ASSERT_EQ(v.at("events").as_array().size(), 1U);
  EXPECT_EQ(text(v.at("events").at(0).at("msg")), "hello");
}

TEST(WebSocket, EachSendIsAnsweredOnTheSocket) {
  running_server w;
  reader li(w, "li");
  reader han(w, "han");
  socket s(w, li.path(), w.token("li"));
  s.say(message_to(w.id("han"), "over the socket", "c1"));
  bool is_acknowledged = false;
  bool echoed = false;
  while (!is_acknowledged || !echoed) {
    const json::value v = s.message();
    if (const auto* sent = v.as_object().if_contains("sent")) {
      EXPECT_EQ(text(sent->at("cid")), "c1");
      EXPECT_GT(number(sent->at("id")), 0U);
      is_acknowledged = true;
    } else {
      EXPECT_EQ(text(v.at("events").at(0).at("cid")), "c1")
          << "the sender's own message has its cid";
      echoed = true;
    }
  }
  ASSERT_EQ(han.events("message").size(), 1U);
  s.say(message_to(w.id("han"), "something else", "c1"));
  const json::value no = s.message();
  EXPECT_EQ(text(no.at("refused").at("cid")), "c1");
  EXPECT_EQ(text(no.at("refused").at("error").at("code")), "cid_conflict");
}

TEST(WebSocket, ARefusedSendKeepsTheSocketOpen) {
  running_server w;
  reader li(w, "li");
  socket s(w, li.path(), w.token("li"));
  const auto code = [&](const json::value& message) {
    s.say(message);
    return text(s.message().at("refused").at("error").at("code"));
  };
  EXPECT_EQ(code(message_to(w.id("zoe"), "hello", "a")), "not_friends");
  EXPECT_EQ(code(message_to(999999, "hello", "b")), "not_found");
  EXPECT_EQ(code(message_to(w.id("li"), "hello", "c")), "bad_request");
  EXPECT_EQ(code(message_to(w.id("han"), "  ", "d")), "bad_request");
  EXPECT_EQ(code({{"send", {{"type", "single"}, {"to", w.id("han")}, {"msg", "x"}}}}),
            "bad_request");
  EXPECT_EQ(code({{"nonsense", 1}}), "bad_request");
  s.put(ws::opcode::text, "no json");
  EXPECT_EQ(text(s.message().at("refused").at("error").at("code")), "bad_request");
  ASSERT_TRUE(done(w.send("han", "li", "still here"), 201));
  EXPECT_EQ(text(s.message().at("events").at(0).at("msg")), "still here");
}

TEST(WebSocket, AnOldCursorAndAMissingSessionHaveTheirOwnCloseCodes) {
  running_server w;
  reader li(w, "li");
  socket old(w, "/api/events?after=99999999&epoch=" + li.epoch, w.token("li"));
  EXPECT_EQ(text(old.message().at("error").at("code")), "cursor_expired");
  EXPECT_EQ(old.close_code(), 4410U);
  socket stranger(w, li.path(), "");
  EXPECT_EQ(text(stranger.message().at("error").at("code")), "not_signed_in");
  EXPECT_EQ(stranger.close_code(), 4401U);
}

TEST(WebSocket, ASignOutEndsIt) {
  running_server w;
  reader li(w, "li");
  socket s(w, li.path(), w.token("li"));
  ASSERT_TRUE(done(w.del("li", "/api/session"), 204));
  EXPECT_EQ(text(s.message().at("error").at("code")), "not_signed_in");
  EXPECT_EQ(s.close_code(), 4401U);
  EXPECT_TRUE(s.wire().is_closed_within(seconds(7)));
}

TEST(WebSocket, AForeignOriginIsRefusedWhereTheCookieSigns) {
  running_server w;
  reader li(w, "li");
  const std::string cookie = "Cookie: linger=" + w.token("li") + "\r\n";
  connection c(w.port());
  const answer foreign = c.ask(
      request("GET", li.path(), {}, {}, handshake + cookie + "Origin: http://evil.example\r\n"));
  EXPECT_TRUE(refused(foreign, 403, "cross_site"));
  connection own(w.port());
  own.send(request("GET", li.path(), {}, {}, handshake + cookie + "Origin: http://127.0.0.1\r\n"));
  const std::string head = own.read_until("\r\n\r\n");
  const bool host_has_port = head.starts_with("HTTP/1.1 403");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101") || host_has_port);
}

TEST(WebSocket, ABadHandshakeIsABadRequest) {
  running_server w;
  reader li(w, "li");
  for (const std::string fields :
       {"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 12\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: short\r\n",
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"}) {
    const answer a = ask_once(w.port(), request("GET", li.path(), w.token("li"), {}, fields));
    EXPECT_TRUE(refused(a, 400, "bad_request")) << fields;
  }
}

TEST(WebSocket, BrokenFramesEndIt) {
  running_server w;
  reader li(w, "li");
  const auto ends_with = [&](std::string_view bytes, unsigned code) {
    socket s(w, li.path(), w.token("li"));
    s.wire().send(bytes);
    EXPECT_EQ(s.close_code(), code);
  };
  using std::string_literals::operator""s;
  ends_with("\x81\x01x", 1002);                 // not masked
  ends_with("\xf1\x80\x01\x02\x03\x04", 1002);  // a reserved bit
  ends_with("\x82\x80\x01\x02\x03\x04", 1003);  // binary
  ends_with("\x80\x80\x01\x02\x03\x04", 1002);  // a continuation without a message
  ends_with("\x09\x80\x01\x02\x03\x04", 1002);  // a fragmented ping
  ends_with("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04", 1009);
  ends_with("\x81\x81\x01\x02\x03\x04\xfe"s, 1007);  // not UTF-8
}

TEST(WebSocket, PingsAreAnsweredAndFragmentsJoined) {
  running_server w;
  reader li(w, "li");
  socket s(w, li.path(), w.token("li"));
  s.put(ws::opcode::ping, "are you there");
  EXPECT_EQ(s.next(), ws::reader::status::pong);
  EXPECT_EQ(s.payload(), "are you there");
  const std::string complete = json::serialize(message_to(w.id("han"), "in pieces", "p1"));
  std::string bytes;
  ws::append_frame(bytes, ws::opcode::text, complete.substr(0, 10), ws::mask_key{9, 8, 7, 6});
  bytes[0] = static_cast<char>(0x01);  // not the final fragment
  std::string ping;
  ws::append_frame(ping, ws::opcode::ping, "between", ws::mask_key{1, 1, 1, 1});
  std::string rest;
  ws::append_frame(rest, ws::opcode::continuation, complete.substr(10), ws::mask_key{5, 5, 5, 5});
  s.wire().send(bytes + ping + rest);
  EXPECT_EQ(s.next(), ws::reader::status::pong);
  bool sent = false;
  for (int i = 0; i < 2; ++i) sent = sent || s.message().as_object().contains("sent");
  EXPECT_TRUE(sent);
}

TEST(WebSocket, ACloseFrameIsAnswered) {
  running_server w;
  reader li(w, "li");
  socket s(w, li.path(), w.token("li"));
  s.put(ws::opcode::close, "\x03\xe8");
  EXPECT_EQ(s.close_code(), 1000U);
}

TEST(WebSocket, AnOrderlyShutdownClosesIt) {
  running_server w;
  reader li(w, "li");
  socket s(w, li.path(), w.token("li"));
  w.server_process().stop();
  EXPECT_EQ(s.close_code(), 1001U);
}

TEST(Transports, MayChangeBetweenAnyTwoEvents) {
  running_server w;
  reader li(w, "li");
  std::vector<std::string> texts;
  const auto take = [&](const json::value& e) {
    if (text(e.at("event")) != "message") return;
    texts.push_back(text(e.at("msg")));
    li.after = std::max(li.after, number(e.at("id")));
  };
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(done(w.send("han", "li", std::to_string(i)), 201));
    if (i % 3 == 0) {
      const json::object o = li.next();
      for (const json::value& e : o.at("events").as_array()) take(e);
    } else if (i % 3 == 1) {
      socket s(w, li.path(), w.token("li"));
      const json::value v = s.message();
      for (const json::value& e : v.at("events").as_array()) take(e);
    } else {
      connection c(w.port());
      c.send(request("GET", li.path(), w.token("li"), {}, "Accept: text/event-stream\r\n"));
      c.read_until("\r\n\r\n");
      const std::string block = c.read_until("\n\n");
      take(json::parse(block.substr(block.find("data: ") + 6)));
    }
  }
  ASSERT_EQ(texts.size(), 40U);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(texts[static_cast<std::size_t>(i)], std::to_string(i));
}

}  // namespace
}  // namespace lingerd::server_tests
