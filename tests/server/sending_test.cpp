#include <gtest/gtest.h>

#include <future>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

json::object message_to(std::uint64_t id, std::string_view msg = "hello") {
  return {{"type", "single"}, {"to", id}, {"msg", msg}};
}

json::object with_cid(json::object message, std::string_view cid) {
  message["cid"] = cid;
  return message;
}

TEST(Sending, AMessageIsAcknowledgedAndRead) {
  running_server w;
  const answer a = w.send("li", "han", "早上好 \"quoted\" \\ </script>");
  ASSERT_TRUE(done(a, 201));
  EXPECT_EQ(a.field("content-type").substr(0, 16), "application/json");
  const answer h = w.get("han", "/api/messages?type=single&with=" + std::to_string(w.id("li")));
  const json::value v = h.json();
  ASSERT_EQ(v.at("messages").as_array().size(), 1U);
  const json::value& m = v.at("messages").at(0);
  EXPECT_EQ(text(m.at("msg")), "早上好 \"quoted\" \\ </script>");
  EXPECT_EQ(m.at("id"), a.json().at("id"));
  EXPECT_EQ(m.at("timestamp"), a.json().at("timestamp"));
  EXPECT_EQ(number(m.at("from")), w.id("li"));
  EXPECT_EQ(number(m.at("to")), w.id("han"));
  EXPECT_EQ(text(m.at("type")), "single");
  EXPECT_EQ(v.at("more"), false);
}

TEST(Sending, ATimestampIsUtcWithMilliseconds) {
  running_server w;
  json::object m = message_to(w.id("han"));
  m["timestamp"] = "1999-01-01T00:00:00.000Z";
  const std::string t = text(w.post("li", "/api/messages", m).json().at("timestamp"));
  ASSERT_EQ(t.size(), 24U) << t;
  EXPECT_EQ(t[10], 'T');
  EXPECT_EQ(t[19], '.');
  EXPECT_EQ(t[23], 'Z');
  EXPECT_GT(t, "2020") << "a client's timestamp is ignored";
}

TEST(Sending, BlankTextIsBad) {
  running_server w;
  for (const std::string_view blank : {"", " ", "\n\t ", "　"}) {
    EXPECT_TRUE(refused(w.send("li", "han", blank), 400, "bad_request")) << '"' << blank << '"';
  }
}

TEST(Sending, ToNobodyIsNotFound) {
  running_server w;
  for (const std::uint64_t nobody :
       {std::uint64_t{0}, std::uint64_t{999}, std::uint64_t{1} << 40}) {
    EXPECT_TRUE(refused(w.post("li", "/api/messages", message_to(nobody)), 404, "not_found"));
    EXPECT_TRUE(refused(w.send_group("li", nobody, "hello"), 404, "not_found"));
  }
}

TEST(Sending, ToAGroupAsIfItWereAUserIsNotFound) {
  running_server w;
  EXPECT_TRUE(refused(w.post("li", "/api/messages", message_to(w.group("lab"))), 404, "not_found"));
  EXPECT_TRUE(refused(w.send_group("li", w.id("han"), "hello"), 404, "not_found"));
}

TEST(Sending, ToAStrangerIsForbidden) {
  running_server w;
  EXPECT_TRUE(refused(w.send("li", "zoe", "hello"), 403, "not_friends"));
  EXPECT_TRUE(refused(w.send("zoe", "li", "hello"), 403, "not_friends"));
}

TEST(Sending, ToOneselfIsBad) {
  running_server w;
  EXPECT_TRUE(refused(w.send("li", "li", "hello"), 400, "bad_request"));
}

TEST(Sending, ToAFormerGroupIsForbidden) {
  running_server w;
  const std::uint64_t lab = w.group("lab");
  ASSERT_TRUE(done(w.send_group("han", lab, "I am here"), 201));
  const std::string me =
      "/api/groups/" + std::to_string(lab) + "/members/" + std::to_string(w.id("han"));
  ASSERT_TRUE(done(w.del("han", me), 204));
  EXPECT_TRUE(refused(w.send_group("han", lab, "still here?"), 403, "not_member"));
  EXPECT_TRUE(refused(w.send_group("zoe", lab, "never there"), 403, "not_member"));
}

TEST(Sending, AsAnotherUserIsForbidden) {
  running_server w;
  json::object m = message_to(w.id("han"));
  m["from"] = w.id("mei");
  EXPECT_TRUE(refused(w.post("li", "/api/messages", m), 403, "forbidden"));
  m["from"] = w.id("li");
  EXPECT_TRUE(done(w.post("li", "/api/messages", m), 201));
}

TEST(Sending, AStringOfDigitsIsANumber) {
  running_server w;
  json::object m{{"type", "single"},
                 {"from", std::to_string(w.id("li"))},
                 {"to", std::to_string(w.id("han"))},
                 {"msg", "hello"}};
  EXPECT_TRUE(done(w.post("li", "/api/messages", m), 201));
  for (const std::string_view odd : {"", " 2", "+2", "-2", "2.0", "2 ", "0x2"}) {
    m["to"] = odd;
    EXPECT_TRUE(refused(w.post("li", "/api/messages", m), 400, "bad_request")) << odd;
  }
}

TEST(Sending, TheSameCidAgainGetsTheFirstAnswer) {
  running_server w;
  const json::object m = with_cid(message_to(w.id("han")), "k1");
  const answer first = w.post("li", "/api/messages", m);
  ASSERT_TRUE(done(first, 201));
  const answer again = w.post("li", "/api/messages", m);
  EXPECT_TRUE(done(again, 200));
  EXPECT_EQ(again.json(), first.json());
  EXPECT_EQ(w.texts("han", "single", w.id("li")).size(), 1U);
}

TEST(Sending, ACidBelongsToItsSender) {
  running_server w;
  const answer li = w.post("li", "/api/messages", with_cid(message_to(w.id("han")), "k1"));
  const answer han = w.post("han", "/api/messages", with_cid(message_to(w.id("li")), "k1"));
  ASSERT_TRUE(done(li, 201));
  ASSERT_TRUE(done(han, 201));
  EXPECT_NE(li.json().at("id"), han.json().at("id"));
}

TEST(Sending, TheSameCidForSomethingElseIsAConflict) {
  running_server w;
  const json::object m = with_cid(message_to(w.id("han")), "k1");
  ASSERT_TRUE(done(w.post("li", "/api/messages", m), 201));
  json::object other = m;
  other["msg"] = "something else";
  EXPECT_TRUE(refused(w.post("li", "/api/messages", other), 409, "cid_conflict"));
  other = m;
  other["to"] = w.id("mei");
  EXPECT_TRUE(refused(w.post("li", "/api/messages", other), 409, "cid_conflict"));
  other["type"] = "group";
  other["to"] = w.group("lab");
  EXPECT_TRUE(refused(w.post("li", "/api/messages", other), 409, "cid_conflict"));
}

TEST(Sending, ACidHasOneTo64Bytes) {
  running_server w;
  const json::object m = message_to(w.id("han"));
  EXPECT_TRUE(refused(w.post("li", "/api/messages", with_cid(m, "")), 400, "bad_request"));
  EXPECT_TRUE(done(w.post("li", "/api/messages", with_cid(m, std::string(64, 'k'))), 201));
  EXPECT_TRUE(refused(w.post("li", "/api/messages", with_cid(m, std::string(65, 'k'))), 400,
                      "bad_request"));
}

TEST(Sending, ConcurrentRequestsWithOneCidAreOneMessage) {
  running_server w;
  const json::object m = with_cid(message_to(w.id("han")), "k1");
  std::vector<std::future<answer>> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(std::async(std::launch::async, [&] { return w.post("li", "/api/messages", m); }));
  }
  int created = 0;
  std::vector<json::value> bodies;
  for (auto& response : all) {
    const answer a = response.get();
    EXPECT_TRUE(a.status == 201 || a.status == 200) << a.status << a.body;
    created += a.status == 201;
    bodies.push_back(a.json());
  }
  EXPECT_EQ(created, 1);
  for (const json::value& t : bodies) EXPECT_EQ(t, bodies.front());
  EXPECT_EQ(w.texts("han", "single", w.id("li")).size(), 1U);
}

TEST(Sending, ATextOf16KiBPassesAndOneByteMoreDoesNot) {
  running_server w;
  EXPECT_TRUE(done(w.send("li", "han", std::string(16384, 'x')), 201));
  EXPECT_TRUE(refused(w.send("li", "han", std::string(16385, 'x')), 413, "too_large"));
  EXPECT_EQ(w.texts("han", "single", w.id("li")).size(), 1U);
}

TEST(Sending, TooFastIs429WithRetryAfter) {
  running_server w({"--send-burst", "3", "--send-per-second", "1"});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(done(w.send("li", "han", "hello"), 201));
  const answer a = w.send("li", "han", "too fast");
  ASSERT_TRUE(refused(a, 429, "too_many"));
  ASSERT_FALSE(a.field("retry-after").empty());
  const int wait = std::stoi(a.field("retry-after"));
  EXPECT_GE(wait, 1);
  EXPECT_LE(wait, 2);
  EXPECT_TRUE(done(w.send("han", "li", "others may"), 201));
  nap(std::chrono::seconds(wait));
  EXPECT_TRUE(done(w.send("li", "han", "now it goes"), 201));
}

TEST(Sending, WithoutSigningInIsRefused) {
  running_server w;
  const answer a =
      ask_once(w.port(), json_request("POST", "/api/messages", {}, message_to(w.id("han"))));
  EXPECT_TRUE(refused(a, 401, "not_signed_in"));
}

}  // namespace
}  // namespace lingerd::server_tests
