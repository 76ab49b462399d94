#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

struct acknowledged {
  std::uint64_t id = 0;
  std::string timestamp, msg;
  bool operator==(const acknowledged&) const = default;
};

// Sends one after the other until the server is gone; what was acknowledged, and how much so far.
std::vector<acknowledged> send_until_it_dies(const world& w, const std::string& from,
                                             std::string_view type, std::uint64_t to,
                                             std::atomic<int>& so_far) {
  std::vector<acknowledged> all;
  try {
    connection c(w.port());
    for (int i = 0;; ++i) {
      const std::string msg = from + " " + std::to_string(i);
      const answer a = c.ask(json_request(
          "POST", "/api/messages", w.token(from),
          {{"type", type}, {"to", to}, {"msg", msg}, {"cid", from + std::to_string(i)}}));
      if (a.status != 201) continue;  // sent in an earlier life
      const json::value v = a.json();
      all.push_back({number(v.at("id")), text(v.at("timestamp")), msg});
      ++so_far;
    }
  } catch (const std::runtime_error&) {
    return all;  // the connection broke
  }
}

// Everything in a conversation, page by page, oldest first.
std::vector<acknowledged> history(world& w, const std::string& reader, std::string_view type,
                                  std::uint64_t with) {
  std::vector<acknowledged> all;
  const std::string path =
      "/api/messages?limit=200&type=" + std::string(type) + "&with=" + std::to_string(with);
  for (std::string before;;) {
    const answer a = w.get(reader, path + before);
    const json::value v = a.json();
    std::vector<acknowledged> page;
    for (const json::value& m : v.at("messages").as_array()) {
      page.push_back({number(m.at("id")), text(m.at("timestamp")), text(m.at("msg"))});
    }
    all.insert(all.begin(), page.begin(), page.end());
    if (v.at("more") == false) return all;
    before = "&before=" + std::to_string(page.at(0).id);
  }
}

// At most one message a sender may be there that was not acknowledged: the one under way.
void expect_kept(const std::vector<acknowledged>& told, const std::vector<acknowledged>& kept,
                 const std::string& from) {
  std::vector<acknowledged> his;
  for (const acknowledged& m : kept) {
    if (m.msg.starts_with(from + " ")) his.push_back(m);
  }
  ASSERT_GE(his.size(), told.size()) << from << " lost something that was acknowledged";
  EXPECT_LE(his.size(), told.size() + 1) << from;
  his.resize(told.size());
  EXPECT_EQ(his, told) << from;
}

void expect_rising(const std::vector<acknowledged>& all) {
  for (std::size_t i = 1; i < all.size(); ++i) {
    ASSERT_GT(all[i].id, all[i - 1].id);
    ASSERT_GE(all[i].timestamp, all[i - 1].timestamp);
  }
}

std::uint64_t unread(world& w, const std::string& who, std::string_view type, std::uint64_t with) {
  const json::object start = w.state(who);
  for (const json::value& c : start.at("conversations").as_array()) {
    if (text(c.at("type")) == type && number(c.at("with")) == with) return number(c.at("unread"));
  }
  return 0;
}

// What `all` has beyond `before`, which must be its beginning.
std::vector<acknowledged> beyond(const std::vector<acknowledged>& before,
                                 const std::vector<acknowledged>& all) {
  EXPECT_GE(all.size(), before.size());
  if (all.size() < before.size()) return {};
  EXPECT_TRUE(std::equal(before.begin(), before.end(), all.begin()));
  return {all.begin() + static_cast<std::ptrdiff_t>(before.size()), all.end()};
}

TEST(Durability, WhatWasAcknowledgedOutlivesTheServersDeath) {
  world w;
  const std::uint64_t lab = w.group("lab");
  for (int life = 0; life < 3; ++life) {
    reader li(w, "li");
    const std::vector<acknowledged> lab_before = history(w, "li", "group", lab);
    const std::vector<acknowledged> mei_before = history(w, "mei", "single", w.id("li"));
    std::atomic<int> of_han = 0;
    std::atomic<int> of_li = 0;
    auto han = std::async(std::launch::async,
                          [&] { return send_until_it_dies(w, "han", "group", lab, of_han); });
    auto also_li = std::async(std::launch::async, [&] {
      return send_until_it_dies(w, "li", "single", w.id("mei"), of_li);
    });
    const auto end = std::chrono::steady_clock::now() + patience;
    while ((of_han < 40 || of_li < 40) && std::chrono::steady_clock::now() < end) nap();
    w.running().kill();
    const std::vector<acknowledged> in_lab = han.get();
    const std::vector<acknowledged> to_mei = also_li.get();
    ASSERT_GE(in_lab.size(), 40U);
    ASSERT_GE(to_mei.size(), 40U);
    w.start();

    const std::vector<acknowledged> lab_after = history(w, "li", "group", lab);
    const std::vector<acknowledged> mei_after = history(w, "mei", "single", w.id("li"));
    expect_rising(lab_after);
    expect_rising(mei_after);
    const std::vector<acknowledged> kept = beyond(lab_before, lab_after);
    expect_kept(in_lab, kept, "han");
    expect_kept(to_mei, beyond(mei_before, mei_after), "li");
    EXPECT_EQ(unread(w, "mei", "single", w.id("li")), mei_after.size());
    EXPECT_EQ(unread(w, "li", "group", lab), lab_after.size());
    EXPECT_EQ(unread(w, "han", "group", lab), 0U) << "one's own are no news";

    // The old cursor still works, and everything after it comes once, in order.
    std::vector<acknowledged> streamed;
    for (const json::value& e : li.events("message")) {
      if (text(e.at("type")) != "group") continue;
      streamed.push_back({number(e.at("id")), text(e.at("timestamp")), text(e.at("msg"))});
    }
    EXPECT_EQ(streamed, kept);
    // What was sent before is known by its cid.
    const acknowledged& known = in_lab[5];
    const answer again = w.post(
        "han", "/api/messages",
        {{"type", "group"}, {"to", lab}, {"msg", known.msg}, {"cid", "han" + known.msg.substr(4)}});
    ASSERT_TRUE(done(again, 200));
    EXPECT_EQ(number(again.json().at("id")), known.id);
    EXPECT_EQ(text(again.json().at("timestamp")), known.timestamp);
  }
}

TEST(Durability, NewIdsAndTimestampsGoOnAfterADeath) {
  world w;
  const json::value before = w.send("li", "han", "before").json();
  const std::string epoch = reader(w, "li").epoch;
  w.running().kill();
  w.start();
  const json::value after = w.send("li", "han", "after").json();
  EXPECT_GT(number(after.at("id")), number(before.at("id")));
  EXPECT_GE(text(after.at("timestamp")), text(before.at("timestamp")));
  EXPECT_EQ(reader(w, "li").epoch, epoch);
}

TEST(Durability, EverythingElseThatWasAnsweredIsKeptToo) {
  world w({}, cast_with_passwords);
  const answer in = w.sign_in("li", "li's own password");
  const std::string token = text(in.json().at("token"));
  ASSERT_TRUE(done(w.patch("li", "/api/me", {{"display", "new"}}), 200));
  ASSERT_TRUE(
      done(w.post("li", "/api/groups", {{"name", "made"}, {"members", {w.id("han")}}}), 201));
  ASSERT_TRUE(done(w.del("han", "/api/friends/" + std::to_string(w.id("li"))), 204));
  ASSERT_TRUE(done(w.del("han", "/api/session"), 204));
  w.running().kill();
  w.start();
  EXPECT_TRUE(done(ask_once(w.port(), request("GET", "/api/start", token)), 200));
  EXPECT_TRUE(refused(w.get("han", "/api/start"), 401, "not_signed_in"));
  const json::object start = w.state("li");
  EXPECT_EQ(text(start.at("me").at("display")), "new");
  EXPECT_EQ(start.at("friends").as_array().size(), 0U);
  ASSERT_EQ(start.at("groups").as_array().size(), 1U);
  EXPECT_EQ(start.at("groups").at(0).at("members").as_array().size(), 2U);
}

TEST(Durability, ReadingIsWrittenDownWithinTwoSeconds) {
  world w;
  const std::uint64_t id = number(w.send("li", "han", "read me").json().at("id"));
  ASSERT_TRUE(done(
      w.post("han", "/api/read", {{"type", "single"}, {"with", w.id("li")}, {"up_to", id}}), 204));
  nap(std::chrono::milliseconds(2500));
  w.running().kill();
  w.start();
  EXPECT_EQ(unread(w, "han", "single", w.id("li")), 0U);
}

TEST(Durability, AnOrderlyEndForgetsNothing) {
  world w;
  const std::uint64_t id = number(w.send("li", "han", "read me").json().at("id"));
  ASSERT_TRUE(done(
      w.post("han", "/api/read", {{"type", "single"}, {"with", w.id("li")}, {"up_to", id}}), 204));
  EXPECT_EQ(w.running().stop(), 0);
  w.start();
  EXPECT_EQ(unread(w, "han", "single", w.id("li")), 0U);
}

}  // namespace
}  // namespace lingerd::server_tests
