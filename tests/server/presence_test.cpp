#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds coalesced{1300};  // changes are coalesced for 1 s

bool has(const json::value& ids, std::uint64_t user) {
  for (const json::value& id : ids.as_array()) {
    if (number(id) == user) return true;
  }
  return false;
}

bool starts_with_online(running_server& w, const std::string& name, std::uint64_t user) {
  const json::object start = w.state(name);
  return has(start.at("presence").at("online"), user);
}

// Polls until an answer's presence has the user online, or offline.
bool becomes(reader& r, std::uint64_t user, bool is_online) {
  const auto end = steady_clock::now() + seconds(3);
  while (steady_clock::now() < end) {
    const json::object o = r.next("&wait=1" + r.presence());
    if (o.contains("presence") && has(o.at("presence").at("online"), user) == is_online)
      return true;
  }
  return false;
}

TEST(Presence, IsSentOnlyIfRequested) {
  running_server w;
  reader li(w, "li");
  reader han(w, "han");
  han.ask(han.presence());
  nap(coalesced);
  EXPECT_FALSE(li.next().contains("presence"));
  const json::object o = li.next(li.presence());
  ASSERT_TRUE(o.contains("presence"));
  EXPECT_TRUE(has(o.at("presence").at("online"), w.id("han")));
}

TEST(Presence, IsSentToAClientWithAnOlderRevision) {
  running_server w;
  reader li(w, "li");
  const std::uint64_t newest = li.revision;
  ASSERT_GT(newest, 1U);
  const json::object o = li.next("&presence=1");
  ASSERT_TRUE(o.contains("presence")) << newest << " is newer than 1";
  EXPECT_GE(number(o.at("presence").at("rev")), newest);
}

TEST(Presence, ARevisionFromBeforeARestartIsReplaced) {
  running_server w;
  reader li(w, "li");
  reader han(w, "han");
  han.ask(han.presence());
  ASSERT_TRUE(becomes(li, w.id("han"), true));
  w.server_process().stop();
  w.start();
  EXPECT_FALSE(starts_with_online(w, "li", w.id("han")));
  EXPECT_TRUE(becomes(li, w.id("han"), false))
      << "otherwise the page shows the user online for ever";
}

TEST(Presence, NeverEndsAHoldWithoutPresence) {
  running_server w;
  reader li(w, "li");
  reader han(w, "han");
  connection c(w.port());
  li.hold(c);
  han.ask(han.presence());
  EXPECT_TRUE(c.is_quiet_for(coalesced));
}

TEST(Presence, AFriendComingOnlineEndsAHoldWithPresence) {
  running_server w;
  reader li(w, "li");
  reader han(w, "han");
  EXPECT_FALSE(starts_with_online(w, "li", w.id("han")));
  connection c(w.port());
  connection held(w.port());
  const std::uint64_t before = li.revision;
  li.hold(c, "&wait=60" + li.presence());
  ASSERT_TRUE(c.is_quiet_for(coalesced));
  han.hold(held, "&wait=60" + han.presence());
  const json::object o = li.take(c.read(false, seconds(5)));
  ASSERT_TRUE(o.contains("presence"));
  EXPECT_TRUE(has(o.at("presence").at("online"), w.id("han")));
  EXPECT_GT(li.revision, before);
  EXPECT_EQ(o.at("events").as_array().size(), 0U);
  EXPECT_TRUE(starts_with_online(w, "li", w.id("han")));
  EXPECT_FALSE(li.next(li.presence()).contains("presence")) << "not told twice";
}

TEST(Presence, ListsFriendsOnly) {
  running_server w;
  reader mei(w, "mei");
  mei.ask(mei.presence());
  nap(coalesced);
  EXPECT_FALSE(starts_with_online(w, "han", w.id("mei")));
  EXPECT_FALSE(starts_with_online(w, "zoe", w.id("mei")));
  EXPECT_TRUE(starts_with_online(w, "li", w.id("mei")));
}

TEST(Presence, OfANewOnlineFriendIsSent) {
  running_server w;
  reader zoe(w, "zoe");
  reader han(w, "han");
  han.ask(han.presence());
  nap(coalesced);
  ASSERT_TRUE(done(w.post("zoe", "/api/friends", {{"name", "han"}}), 200));
  ASSERT_TRUE(done(w.post("han", "/api/friends", {{"name", "zoe"}}), 200));
  EXPECT_TRUE(starts_with_online(w, "zoe", w.id("han")));
  EXPECT_TRUE(becomes(zoe, w.id("han"), true));
}

TEST(Presence, APollWithoutPresenceDoesNotCountAsOnline) {
  running_server w;
  reader han(w, "han");
  han.next();
  nap(coalesced);
  EXPECT_FALSE(starts_with_online(w, "li", w.id("han")));
}

TEST(Typing, IsSentToAStreamWithPresence) {
  running_server w;
  reader li(w, "li");
  connection asking(w.port());
  connection without(w.port());
  li.hold(asking, "&wait=60" + li.presence());
  li.hold(without);
  ASSERT_TRUE(asking.is_quiet_for(milliseconds(300)));
  ASSERT_TRUE(done(w.post("han", "/api/typing", {{"type", "single"}, {"to", w.id("li")}}), 204));
  const json::object o = li.take(asking.read(false, seconds(5)));
  ASSERT_EQ(o.at("events").as_array().size(), 1U);
  const json::value& e = o.at("events").at(0);
  EXPECT_EQ(text(e.at("event")), "typing");
  EXPECT_EQ(number(e.at("user")), w.id("han"));
  EXPECT_EQ(number(e.at("to")), w.id("li"));
  EXPECT_EQ(text(e.at("type")), "single");
  EXPECT_FALSE(e.as_object().contains("id"));
  EXPECT_TRUE(without.is_quiet_for(milliseconds(300)));
  EXPECT_EQ(li.events("typing").size(), 0U) << "without presence it never appears";
}

TEST(Typing, InAGroupIsSentToItsMembers) {
  running_server w;
  const std::uint64_t lab = w.group("lab");
  reader li(w, "li");
  reader mei(w, "mei");
  connection to_li(w.port());
  connection to_mei(w.port());
  li.hold(to_li, "&wait=60" + li.presence());
  mei.hold(to_mei, "&wait=60" + mei.presence());
  // Both first get the news that the other is online.
  mei.take(to_mei.read(false, seconds(5)));
  li.take(to_li.read(false, seconds(5)));
  li.hold(to_li, "&wait=60" + li.presence());
  mei.hold(to_mei, "&wait=60" + mei.presence());
  ASSERT_TRUE(to_li.is_quiet_for(milliseconds(300)));
  ASSERT_TRUE(done(w.post("han", "/api/typing", {{"type", "group"}, {"to", lab}}), 204));
  const json::object o = li.take(to_li.read(false, seconds(5)));
  ASSERT_EQ(o.at("events").as_array().size(), 1U);
  EXPECT_EQ(text(o.at("events").at(0).at("type")), "group");
  EXPECT_EQ(number(o.at("events").at(0).at("to")), lab);
  EXPECT_TRUE(to_mei.is_quiet_for(milliseconds(300)));
}

TEST(Typing, ToAStrangerReachesNobody) {
  running_server w;
  reader li(w, "li");
  connection c(w.port());
  li.hold(c, "&wait=60" + li.presence());
  w.post("zoe", "/api/typing", {{"type", "single"}, {"to", w.id("li")}});
  EXPECT_TRUE(c.is_quiet_for(milliseconds(300)));
}

}  // namespace
}  // namespace lingerd::server_tests
