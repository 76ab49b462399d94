#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

bool has(const json::value& ids, std::uint64_t user) {
  for (const json::value& id : ids.as_array()) {
    if (number(id) == user) return true;
  }
  return false;
}

bool are_friends(running_server& w, const std::string& a, const std::string& b) {
  const json::object start = w.state(a);
  return has(start.at("friends"), w.id(b));
}

std::string friend_path(running_server& w, const std::string& name) {
  return "/api/friends/" + std::to_string(w.id(name));
}

// The state of the only friend event since the reader's cursor, and its user.
std::pair<std::string, std::uint64_t> next_state(reader& r) {
  const json::array all = r.events("friend");
  if (all.size() != 1) return {std::to_string(all.size()) + " events", 0};
  return {text(all[0].at("state")), number(all[0].at("user").at("id"))};
}

using state_and_user = std::pair<std::string, std::uint64_t>;

TEST(Friends, ARequestIsAnEventForBothAndAgreedByAskingBack) {
  running_server w;
  reader han(w, "han");
  reader mei(w, "mei");
  ASSERT_TRUE(done(w.post("han", "/api/friends", {{"name", "mei"}}), 200));
  EXPECT_EQ(next_state(han), state_and_user("asked", w.id("mei")));
  EXPECT_EQ(next_state(mei), state_and_user("asked_me", w.id("han")));
  const json::object of_han = w.state("han");
  EXPECT_TRUE(has(of_han.at("asked"), w.id("mei")));
  EXPECT_FALSE(has(of_han.at("friends"), w.id("mei")));
  const json::object of_mei = w.state("mei");
  ASSERT_EQ(of_mei.at("requests").as_array().size(), 1U);
  EXPECT_EQ(number(of_mei.at("requests").at(0).at("user")), w.id("han"));
  EXPECT_EQ(text(of_mei.at("requests").at(0).at("at")).size(), 24U);
  EXPECT_TRUE(refused(w.send("han", "mei", "not yet"), 403, "not_friends"));

  ASSERT_TRUE(done(w.post("mei", "/api/friends", {{"name", "han"}}), 200));
  EXPECT_EQ(next_state(han), state_and_user("agreed", w.id("mei")));
  EXPECT_EQ(next_state(mei), state_and_user("agreed", w.id("han")));
  EXPECT_TRUE(are_friends(w, "han", "mei"));
  EXPECT_TRUE(are_friends(w, "mei", "han"));
  const json::object end = w.state("mei");
  EXPECT_EQ(end.at("requests").as_array().size(), 0U);
  EXPECT_TRUE(done(w.send("han", "mei", "now"), 201));
}

TEST(Friends, AskingTwiceIsNotAgreeing) {
  running_server w;
  ASSERT_TRUE(done(w.post("han", "/api/friends", {{"name", "mei"}}), 200));
  w.post("han", "/api/friends", {{"name", "mei"}});
  EXPECT_FALSE(are_friends(w, "han", "mei"));
  EXPECT_FALSE(are_friends(w, "mei", "han"));
}

TEST(Friends, AskingNobodyOrOneselfIsRefused) {
  running_server w;
  EXPECT_TRUE(refused(w.post("han", "/api/friends", {{"name", "nobody"}}), 404, "not_found"));
  EXPECT_TRUE(refused(w.post("han", "/api/friends", {{"name", ""}}), 404, "not_found"));
  EXPECT_TRUE(refused(w.post("han", "/api/friends", {{"name", "han"}}), 400, "bad_request"));
}

TEST(Friends, ARequestCanBeDeclinedOrWithdrawn) {
  running_server w;
  ASSERT_TRUE(done(w.post("han", "/api/friends", {{"name", "mei"}}), 200));
  ASSERT_TRUE(done(w.del("mei", friend_path(w, "han")), 204));
  json::object mei = w.state("mei");
  EXPECT_EQ(mei.at("requests").as_array().size(), 0U);
  ASSERT_TRUE(done(w.post("han", "/api/friends", {{"name", "mei"}}), 200));
  ASSERT_TRUE(done(w.del("han", friend_path(w, "mei")), 204));
  mei = w.state("mei");
  EXPECT_EQ(mei.at("requests").as_array().size(), 0U);
  ASSERT_TRUE(done(w.post("mei", "/api/friends", {{"name", "han"}}), 200));
  EXPECT_FALSE(are_friends(w, "han", "mei")) << "what was taken back is not agreed to";
}

TEST(Friends, AnEndedFriendshipLeavesTheConversationReadable) {
  running_server w;
  ASSERT_TRUE(done(w.send("li", "han", "while it lasted"), 201));
  reader li(w, "li");
  reader han(w, "han");
  ASSERT_TRUE(done(w.del("han", friend_path(w, "li")), 204));
  EXPECT_EQ(next_state(li), state_and_user("none", w.id("han")));
  EXPECT_EQ(next_state(han), state_and_user("none", w.id("li")));
  EXPECT_TRUE(refused(w.send("li", "han", "no more"), 403, "not_friends"));
  EXPECT_TRUE(refused(w.send("han", "li", "no more"), 403, "not_friends"));
  const std::vector<std::string> texts{"while it lasted"};
  EXPECT_EQ(w.texts("li", "single", w.id("han")), texts);
  EXPECT_EQ(w.texts("han", "single", w.id("li")), texts);
  const json::object start = w.state("li");
  EXPECT_FALSE(has(start.at("friends"), w.id("han")));
  ASSERT_EQ(start.at("conversations").as_array().size(), 1U);
  EXPECT_EQ(number(start.at("conversations").at(0).at("with")), w.id("han"));
}

TEST(Friends, AMessageSentBeforeTheEndStillArrives) {
  running_server w;
  reader han(w, "han");
  ASSERT_TRUE(done(w.send("li", "han", "last words"), 201));
  ASSERT_TRUE(done(w.del("li", friend_path(w, "han")), 204));
  const json::array all = han.events("message");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(text(all[0].at("msg")), "last words");
}

TEST(Friends, AreLimited) {
  running_server w({"--friends-max", "2"});
  EXPECT_TRUE(done(w.post("zoe", "/api/friends", {{"name", "han"}}), 200));
  EXPECT_TRUE(done(w.post("han", "/api/friends", {{"name", "zoe"}}), 200));
  w.post("zoe", "/api/friends", {{"name", "li"}});
  const answer third = w.post("li", "/api/friends", {{"name", "zoe"}});
  EXPECT_GE(third.status, 400) << third.body;
  EXPECT_FALSE(are_friends(w, "li", "zoe"));
  EXPECT_FALSE(are_friends(w, "zoe", "li"));
}

TEST(Friends, AskingEachOtherAtOnceIsAgreed) {
  running_server w;
  std::vector<std::string> names{"han", "mei"};
  connection han(w.port());
  connection mei(w.port());
  han.send(json_request("POST", "/api/friends", w.token("han"), {{"name", "mei"}}));
  mei.send(json_request("POST", "/api/friends", w.token("mei"), {{"name", "han"}}));
  EXPECT_TRUE(done(han.read(), 200));
  EXPECT_TRUE(done(mei.read(), 200));
  EXPECT_TRUE(are_friends(w, "han", "mei"));
  EXPECT_TRUE(are_friends(w, "mei", "han"));
}

}  // namespace
}  // namespace lingerd::server_tests
