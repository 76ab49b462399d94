#include <gtest/gtest.h>

#include <deque>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds a_moment{300};

TEST(Stream, AShortPollAnswersAtOnce) {
  running_server w;
  reader li(w, "li");
  const answer a = li.ask();
  ASSERT_TRUE(done(a, 200));
  EXPECT_EQ(a.field("cache-control"), "no-store");
  const json::value v = a.json();
  EXPECT_EQ(v.at("events").as_array().size(), 0U);
  EXPECT_EQ(number(v.at("next")), li.after);
  EXPECT_EQ(text(v.at("epoch")), li.epoch);
  EXPECT_FALSE(v.as_object().contains("more"));
  EXPECT_FALSE(v.as_object().contains("pause"));
  EXPECT_EQ(w.get("li", li.path("&wait=0")).status, 200);
}

TEST(Stream, AHeldPollIsWokenByAMessage) {
  running_server w;
  reader li(w, "li");
  connection c(w.port());
  li.hold(c);
  ASSERT_TRUE(c.is_quiet_for(a_moment));
  const answer sent = w.send("han", "li", "wake up");
  ASSERT_TRUE(done(sent, 201));
  const json::object o = li.take(c.read(false, seconds(5)));
  ASSERT_EQ(o.at("events").as_array().size(), 1U);
  const json::value& e = o.at("events").at(0);
  EXPECT_EQ(text(e.at("event")), "message");
  EXPECT_EQ(e.at("id"), sent.json().at("id"));
  EXPECT_EQ(e.at("timestamp"), sent.json().at("timestamp"));
  EXPECT_EQ(number(e.at("from")), w.id("han"));
  EXPECT_EQ(number(e.at("to")), w.id("li"));
  EXPECT_EQ(text(e.at("type")), "single");
  EXPECT_EQ(text(e.at("msg")), "wake up");
  EXPECT_GE(li.after, number(e.at("id")));
  EXPECT_EQ(li.next().at("events").as_array().size(), 0U);
}

TEST(Stream, AGroupsMessageNamesTheGroup) {
  running_server w;
  reader li(w, "li");
  const std::uint64_t lab = w.group("lab");
  ASSERT_TRUE(done(w.send_group("han", lab, "hello all"), 201));
  const json::array all = li.events("message");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(text(all[0].at("type")), "group");
  EXPECT_EQ(number(all[0].at("to")), lab);
}

TEST(Stream, OthersEventsMoveTheCursorWithoutEndingAHold) {
  running_server w;
  reader mei(w, "mei");
  connection c(w.port());
  mei.hold(c);
  const answer sent = w.send("han", "li", "not for mei");
  ASSERT_TRUE(done(sent, 201));
  EXPECT_TRUE(c.is_quiet_for(a_moment));
  const json::object o = mei.next();
  EXPECT_EQ(o.at("events").as_array().size(), 0U);
  EXPECT_GE(mei.after, number(sent.json().at("id")));
}

TEST(Stream, AHoldThatTimesOutIsAnEmptyList) {
  running_server w;
  reader li(w, "li");
  const auto begin = steady_clock::now();
  const json::object o = li.next("&wait=1");
  const auto elapsed = steady_clock::now() - begin;
  EXPECT_EQ(o.at("events").as_array().size(), 0U);
  EXPECT_GE(elapsed, milliseconds(900)) << "at most 10 % are cut";
  EXPECT_LT(elapsed, seconds(4));
}

TEST(Stream, TheSendersOwnMessageEndsTheHoldAndHasTheCid) {
  running_server w;
  reader li(w, "li");
  reader han(w, "han");
  connection c(w.port());
  li.hold(c);
  ASSERT_TRUE(c.is_quiet_for(a_moment));
  ASSERT_TRUE(
      done(w.post("li", "/api/messages",
                  {{"type", "single"}, {"to", w.id("han")}, {"msg", "mine"}, {"cid", "k1"}}),
           201));
  const json::object mine = li.take(c.read(false, seconds(5)));
  ASSERT_EQ(mine.at("events").as_array().size(), 1U);
  EXPECT_EQ(text(mine.at("events").at(0).at("cid")), "k1");
  const json::array received = han.events("message");
  ASSERT_EQ(received.size(), 1U);
  EXPECT_FALSE(received[0].as_object().contains("cid")) << "only the sender gets the cid";
}

TEST(Stream, MoreThan500EventsComeInPartsWithRisingIds) {
  running_server w;
  reader li(w, "li");
  connection c(w.port());
  const std::string message = json_request("POST", "/api/messages", w.token("han"),
                                           {{"type", "single"}, {"to", w.id("li")}, {"msg", "x"}});
  for (int i = 0; i < 620; ++i) ASSERT_TRUE(done(c.ask(message), 201));
  std::uint64_t last = 0;
  std::size_t found = 0;
  for (int answers = 1;; ++answers) {
    const json::object o = li.next();
    const json::array& events = o.at("events").as_array();
    EXPECT_LE(events.size(), 500U);
    for (const json::value& e : events) {
      if (text(e.at("event")) == "message") ++found;
      EXPECT_GT(number(e.at("id")), last);
      last = number(e.at("id"));
    }
    EXPECT_GE(li.after, last);
    if (!o.contains("more")) {
      EXPECT_GE(answers, 2);
      break;
    }
    EXPECT_EQ(o.at("more"), true);
    EXPECT_EQ(li.after, last) << "with more, next is the last id";
    ASSERT_LT(answers, 10);
  }
  EXPECT_EQ(found, 620U);
}

TEST(Stream, APollMayBeRepeated) {
  running_server w;
  reader li(w, "li");
  ASSERT_TRUE(done(w.send("han", "li", "once"), 201));
  const answer first = li.ask();
  const answer again = li.ask();
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(first.json().at("events").as_array().size(), 1U);
}

TEST(Stream, AStateComesOnceWithItsNewestValue) {
  running_server w;
  reader li(w, "li");
  for (const std::string_view name : {"first", "second", "third"}) {
    ASSERT_TRUE(done(w.patch("han", "/api/me", {{"display", name}}), 200));
  }
  const json::array all = li.events("profile");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(text(all[0].at("user").at("display")), "third");
  EXPECT_EQ(number(all[0].at("user").at("id")), w.id("han"));
}

TEST(Stream, ReadingIsAnEventForBothUsersSessions) {
  running_server w;
  const std::uint64_t id = number(w.send("han", "li", "read me").json().at("id"));
  reader li(w, "li");
  reader han(w, "han");
  reader mei(w, "mei");
  ASSERT_TRUE(done(
      w.post("li", "/api/read", {{"type", "single"}, {"with", w.id("han")}, {"up_to", id}}), 204));
  for (reader* r : {&li, &han}) {
    json::object o = r->next("&wait=5");
    ASSERT_EQ(o.at("events").as_array().size(), 1U);
    const json::value& e = o.at("events").at(0);
    EXPECT_EQ(text(e.at("event")), "read");
    EXPECT_EQ(number(e.at("user")), w.id("li"));
    EXPECT_EQ(number(e.at("with")), w.id("han"));
    EXPECT_EQ(number(e.at("up_to")), id);
  }
  EXPECT_EQ(mei.events("read").size(), 0U);
}

TEST(Stream, The17thHeldStreamEndsTheOldestWithAPause) {
  running_server w;
  reader li(w, "li");
  std::deque<connection> held;
  for (int i = 0; i < 16; ++i) {
    li.hold(held.emplace_back(w.port()));
    nap(milliseconds(10));  // keeps the order of the requests
  }
  EXPECT_TRUE(held.front().is_quiet_for(a_moment));
  li.hold(held.emplace_back(w.port()));
  const answer a = held.front().read(false, seconds(5));
  ASSERT_TRUE(done(a, 200));
  EXPECT_EQ(number(a.json().at("pause")), 5U);
  EXPECT_EQ(a.json().at("events").as_array().size(), 0U);
  held.pop_front();
  for (connection& c : held) EXPECT_TRUE(c.is_quiet_for(milliseconds(10)));
  ASSERT_TRUE(done(w.send("han", "li", "all of you"), 201));
  for (connection& c : held) {
    EXPECT_EQ(c.read(false, seconds(5)).json().at("events").as_array().size(), 1U);
  }
}

TEST(Stream, SigningOutEndsAHeldPollWith401) {
  running_server w;
  reader li(w, "li");
  reader han(w, "han");
  connection c(w.port());
  connection other(w.port());
  li.hold(c);
  han.hold(other);
  ASSERT_TRUE(c.is_quiet_for(a_moment));
  ASSERT_TRUE(done(w.del("li", "/api/session"), 204));
  EXPECT_TRUE(refused(c.read(false, seconds(5)), 401, "not_signed_in"));
  EXPECT_TRUE(other.is_quiet_for(milliseconds(100)));
  EXPECT_TRUE(refused(li.ask(), 401, "not_signed_in"));
}

TEST(Stream, AShutdownAnswersHeldPolls) {
  running_server w;
  reader li(w, "li");
  connection c(w.port());
  li.hold(c);
  ASSERT_TRUE(c.is_quiet_for(a_moment));
  EXPECT_EQ(w.server_process().stop(), 0);
  const answer a = c.read(false, seconds(5));
  EXPECT_TRUE(done(a, 200));
  EXPECT_EQ(a.json().at("events").as_array().size(), 0U);
}

}  // namespace
}  // namespace lingerd::server_tests
