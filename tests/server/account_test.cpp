#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view old_password = "li's own password";
constexpr std::string_view new_password = "quite another one";

json::value passwords(std::string_view old, std::string_view fresh) {
  return {{"old", old}, {"new", fresh}};
}

std::string start_of(running_server& w, const std::string& token) {
  return std::to_string(ask_once(w.port(), request("GET", "/api/start", token)).status);
}

TEST(Account, ANewDisplayNameIsAnEventForFriends) {
  running_server w;
  reader han(w, "han");
  reader zoe(w, "zoe");
  const answer a = w.patch("li", "/api/me", {{"display", "Li Lei 🙂"}});
  ASSERT_TRUE(done(a, 200));
  const json::array events = han.events("profile");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("user"),
            (json::value{{"id", w.id("li")}, {"name", "li"}, {"display", "Li Lei 🙂"}}));
  EXPECT_EQ(zoe.events("profile").size(), 0U);
  const json::object start = w.state("li");
  EXPECT_EQ(text(start.at("me").at("display")), "Li Lei 🙂");
}

TEST(Account, ABadDisplayNameIsRefused) {
  running_server w;
  for (const std::string& bad :
       {std::string(), std::string(" "), std::string("a\nb"), std::string(5000, 'x')}) {
    EXPECT_TRUE(refused(w.patch("li", "/api/me", {{"display", bad}}), 422, "bad_name")) << bad;
  }
  EXPECT_TRUE(refused(w.patch("li", "/api/me", {{"display", 5}}), 400, "bad_request"));
}

TEST(Account, ANewPasswordEndsTheOtherSessionsAndTheirPolls) {
  running_server w({}, cast_with_passwords);
  const answer signed_in = w.sign_in("li", old_password);
  ASSERT_TRUE(done(signed_in, 200));
  const std::string other = text(signed_in.json().at("token"));
  reader li(w, "li");
  connection held(w.port());
  held.send(request("GET", li.path("&wait=60"), other));
  ASSERT_TRUE(held.is_quiet_for(milliseconds(300)));

  const answer a = w.post("li", "/api/me/password", passwords(old_password, new_password));
  ASSERT_TRUE(done(a, 204));
  EXPECT_TRUE(refused(held.read(false, seconds(5)), 401, "not_signed_in"));
  EXPECT_EQ(start_of(w, other), "401");
  EXPECT_EQ(start_of(w, w.token("li")), "200") << "the one that asked stays";
  EXPECT_TRUE(refused(w.sign_in("li", old_password), 401, "not_signed_in"));
  EXPECT_TRUE(done(w.sign_in("li", new_password), 200));
}

TEST(Account, TheOldPasswordIsRequired) {
  running_server w({}, cast_with_passwords);
  const answer wrong = w.post("li", "/api/me/password", passwords("something else", new_password));
  EXPECT_TRUE(refused(wrong, 403, "forbidden"));
  EXPECT_TRUE(refused(w.sign_in("li", new_password), 401, "not_signed_in"));
  EXPECT_TRUE(done(w.sign_in("li", old_password), 200));
}

TEST(Account, AWeakPasswordIsRefused) {
  running_server w({}, cast_with_passwords);
  for (const std::string_view weak : {"", "1234567"}) {
    const answer a = w.post("li", "/api/me/password", passwords(old_password, weak));
    EXPECT_TRUE(refused(a, 422, "weak_password")) << weak;
  }
  EXPECT_TRUE(done(w.sign_in("li", old_password), 200));
}

TEST(Account, SessionsAreListedAndEnded) {
  running_server w({}, cast_with_passwords);
  const answer signed_in = w.sign_in("li", old_password);
  ASSERT_TRUE(done(signed_in, 200));
  const std::string other = text(signed_in.json().at("token"));
  const answer a = w.get("li", "/api/me/sessions");
  ASSERT_TRUE(done(a, 200));
  EXPECT_EQ(a.body.find(other), std::string::npos) << "a list has no secrets";
  const json::value v = a.json();
  const json::array& all = v.at("sessions").as_array();
  ASSERT_EQ(all.size(), 2U);
  std::uint64_t theirs = 0;
  for (const json::value& s : all) {
    if (s.at("current") == false) theirs = number(s.at("id"));
  }
  ASSERT_NE(theirs, 0U);
  const std::string path = "/api/me/sessions/" + std::to_string(theirs);
  EXPECT_EQ(w.del("han", path).status, 404) << "another user's session";
  EXPECT_EQ(start_of(w, other), "200");

  reader li(w, "li");
  connection held(w.port());
  held.send(request("GET", li.path("&wait=60"), other));
  ASSERT_TRUE(held.is_quiet_for(milliseconds(300)));
  EXPECT_TRUE(done(w.del("li", path), 204));
  EXPECT_TRUE(refused(held.read(false, seconds(5)), 401, "not_signed_in"));
  EXPECT_EQ(start_of(w, other), "401");
  EXPECT_EQ(start_of(w, w.token("li")), "200");
  EXPECT_TRUE(refused(w.del("li", path), 404, "not_found"));
}

TEST(Account, TheOldestSessionEndsIfThereAreTooMany) {
  running_server w({"--sessions-max", "2"}, cast_with_passwords);
  ASSERT_TRUE(done(w.sign_in("li", old_password), 200));
  const answer third = w.sign_in("li", old_password);
  ASSERT_TRUE(done(third, 200));
  EXPECT_EQ(start_of(w, text(third.json().at("token"))), "200");
  EXPECT_EQ(start_of(w, w.token("li")), "401");
}

TEST(Account, TheStartHasUnreadCountsAndReadPositions) {
  running_server w;
  ASSERT_TRUE(done(w.send("li", "han", "one"), 201));
  const std::uint64_t two = number(w.send("li", "han", "two").json().at("id"));
  const auto conversation = [&](const std::string& name) {
    const json::object start = w.state(name);
    return start.at("conversations").as_array().at(0);
  };
  EXPECT_EQ(number(conversation("han").at("unread")), 2U);
  EXPECT_EQ(number(conversation("li").at("unread")), 0U)
      << "the user's own messages are not unread";
  EXPECT_EQ(number(conversation("han").at("last").at("id")), two);
  const auto read = [&](std::uint64_t up_to) {
    return w.post("han", "/api/read", {{"type", "single"}, {"with", w.id("li")}, {"up_to", up_to}});
  };
  ASSERT_TRUE(done(read(two - 1), 204));
  EXPECT_EQ(number(conversation("han").at("unread")), 1U);
  ASSERT_TRUE(done(read(1), 204));
  EXPECT_EQ(number(conversation("han").at("unread")), 1U) << "lower changes nothing";
  ASSERT_TRUE(done(read(two + 1'000'000), 204));
  EXPECT_EQ(number(conversation("han").at("read")), two) << "beyond counts as the newest";
  ASSERT_TRUE(done(w.send("li", "han", "three"), 201));
  EXPECT_EQ(number(conversation("han").at("unread")), 1U);
  ASSERT_TRUE(done(w.send("han", "li", "answer"), 201));
  EXPECT_EQ(number(conversation("han").at("unread")), 0U) << "sending reads what came before";
}

TEST(Account, HistoryComesInPages) {
  running_server w;
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 7; ++i) {
    ids.push_back(number(w.send("li", "han", std::to_string(i)).json().at("id")));
  }
  const std::string path = "/api/messages?type=single&limit=3&with=" + std::to_string(w.id("li"));
  const answer last = w.get("han", path);
  const json::value first_page = last.json();
  ASSERT_EQ(first_page.at("messages").as_array().size(), 3U);
  EXPECT_EQ(text(first_page.at("messages").at(0).at("msg")), "4");
  EXPECT_EQ(first_page.at("more"), true);
  const answer a = w.get("han", path + "&before=" + std::to_string(ids[1]));
  const json::value v = a.json();
  ASSERT_EQ(v.at("messages").as_array().size(), 1U) << "before is exclusive";
  EXPECT_EQ(number(v.at("messages").at(0).at("id")), ids[0]);
  EXPECT_EQ(v.at("more"), false);
}

}  // namespace
}  // namespace lingerd::server_tests
