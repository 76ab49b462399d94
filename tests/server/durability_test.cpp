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

// Sends one message after the other until the connection breaks. Returns the acknowledged ones;
// `acknowledged_count` shows their number meanwhile.
std::vector<acknowledged> send_until_disconnected(const running_server& w,
                                                  const std::string& sender, std::string_view type,
                                                  std::uint64_t target,
                                                  std::atomic<int>& acknowledged_count) {
  std::vector<acknowledged> all;
  try {
    connection c(w.port());
    for (int i = 0;; ++i) {
      const std::string msg = sender + " " + std::to_string(i);
      const answer a = c.ask(json_request(
          "POST", "/api/messages", w.token(sender),
          {{"type", type}, {"to", target}, {"msg", msg}, {"cid", sender + std::to_string(i)}}));
      if (a.status != 201) continue;  // sent before the last kill
      const json::value v = a.json();
      all.push_back({number(v.at("id")), text(v.at("timestamp")), msg});
      ++acknowledged_count;
    }
  } catch (const std::runtime_error&) {
    return all;  // the connection broke
  }
}

// All messages of a conversation, read page by page, oldest first.
std::vector<acknowledged> history(running_server& w, const std::string& reader,
                                  std::string_view type, std::uint64_t index) {
  std::vector<acknowledged> all;
  const std::string path =
      "/api/messages?limit=200&type=" + std::string(type) + "&with=" + std::to_string(index);
  for (std::string cursor;;) {
    const answer a = w.get(reader, path + cursor);
    const json::value v = a.json();
    std::vector<acknowledged> page;
    for (const json::value& m : v.at("messages").as_array()) {
      page.push_back({number(m.at("id")), text(m.at("timestamp")), text(m.at("msg"))});
    }
    all.insert(all.begin(), page.begin(), page.end());
    if (v.at("more") == false) return all;
    cursor = "&before=" + std::to_string(page.at(0).id);
  }
}

// For each sender, at most one message may be stored without an acknowledgement: the one in flight.
void expect_stored(const std::vector<acknowledged>& sent, const std::vector<acknowledged>& stored,
                   const std::string& sender) {
  std::vector<acknowledged> found;
  for (const acknowledged& m : stored) {
    if (m.msg.starts_with(sender + " ")) found.push_back(m);
  }
  ASSERT_GE(found.size(), sent.size()) << sender << " lost an acknowledged message";
  EXPECT_LE(found.size(), sent.size() + 1) << sender;
  found.resize(sent.size());
  EXPECT_EQ(found, sent) << sender;
}

void expect_rising(const std::vector<acknowledged>& all) {
  for (std::size_t i = 1; i < all.size(); ++i) {
    ASSERT_GT(all[i].id, all[i - 1].id);
    ASSERT_GE(all[i].timestamp, all[i - 1].timestamp);
  }
}

std::uint64_t unread(running_server& w, const std::string& name, std::string_view type,
                     std::uint64_t index) {
  const json::object start = w.state(name);
  for (const json::value& c : start.at("conversations").as_array()) {
    if (text(c.at("type")) == type && number(c.at("with")) == index) return number(c.at("unread"));
  }
  return 0;
}

// The elements of `all` after `prefix`; expects `all` to begin with `prefix`.
std::vector<acknowledged> elements_after(const std::vector<acknowledged>& prefix,
                                         const std::vector<acknowledged>& all) {
  EXPECT_GE(all.size(), prefix.size());
  if (all.size() < prefix.size()) return {};
  EXPECT_TRUE(std::equal(prefix.begin(), prefix.end(), all.begin()));
  return {all.begin() + static_cast<std::ptrdiff_t>(prefix.size()), all.end()};
}

TEST(Durability, AcknowledgedMessagesSurviveAKill) {
  running_server w;
  const std::uint64_t lab = w.group("lab");
  for (int life = 0; life < 3; ++life) {
    reader li(w, "li");
    const std::vector<acknowledged> lab_before = history(w, "li", "group", lab);
    const std::vector<acknowledged> mei_before = history(w, "mei", "single", w.id("li"));
    std::atomic<int> of_han = 0;
    std::atomic<int> of_li = 0;
    auto han = std::async(std::launch::async,
                          [&] { return send_until_disconnected(w, "han", "group", lab, of_han); });
    auto also_li = std::async(std::launch::async, [&] {
      return send_until_disconnected(w, "li", "single", w.id("mei"), of_li);
    });
    const auto end = std::chrono::steady_clock::now() + patience;
    while ((of_han < 40 || of_li < 40) && std::chrono::steady_clock::now() < end) nap();
    w.server_process().kill();
    const std::vector<acknowledged> in_lab = han.get();
    const std::vector<acknowledged> to_mei = also_li.get();
    ASSERT_GE(in_lab.size(), 40U);
    ASSERT_GE(to_mei.size(), 40U);
    w.start();

    const std::vector<acknowledged> lab_after = history(w, "li", "group", lab);
    const std::vector<acknowledged> mei_after = history(w, "mei", "single", w.id("li"));
    expect_rising(lab_after);
    expect_rising(mei_after);
    const std::vector<acknowledged> stored = elements_after(lab_before, lab_after);
    expect_stored(in_lab, stored, "han");
    expect_stored(to_mei, elements_after(mei_before, mei_after), "li");
    EXPECT_EQ(unread(w, "mei", "single", w.id("li")), mei_after.size());
    EXPECT_EQ(unread(w, "li", "group", lab), lab_after.size());
    EXPECT_EQ(unread(w, "han", "group", lab), 0U) << "the sender's own messages are not unread";

    // The old cursor still works, and everything after it comes once, in order.
    std::vector<acknowledged> streamed;
    for (const json::value& e : li.events("message")) {
      if (text(e.at("type")) != "group") continue;
      streamed.push_back({number(e.at("id")), text(e.at("timestamp")), text(e.at("msg"))});
    }
    EXPECT_EQ(streamed, stored);
    // An acknowledged message sent again is recognised by its cid.
    const acknowledged& resent = in_lab[5];
    const answer again = w.post("han", "/api/messages",
                                {{"type", "group"},
                                 {"to", lab},
                                 {"msg", resent.msg},
                                 {"cid", "han" + resent.msg.substr(4)}});
    ASSERT_TRUE(done(again, 200));
    EXPECT_EQ(number(again.json().at("id")), resent.id);
    EXPECT_EQ(text(again.json().at("timestamp")), resent.timestamp);
  }
}

TEST(Durability, IdsAndTimestampsIncreaseAfterAKill) {
  running_server w;
  const json::value before = w.send("li", "han", "before").json();
  const std::string epoch = reader(w, "li").epoch;
  w.server_process().kill();
  w.start();
  const json::value after = w.send("li", "han", "after").json();
  EXPECT_GT(number(after.at("id")), number(before.at("id")));
  EXPECT_GE(text(after.at("timestamp")), text(before.at("timestamp")));
  EXPECT_EQ(reader(w, "li").epoch, epoch);
}

TEST(Durability, OtherAcknowledgedChangesSurviveAKill) {
  running_server w({}, cast_with_passwords);
  const answer response = w.sign_in("li", "li's own password");
  const std::string token = text(response.json().at("token"));
  ASSERT_TRUE(done(w.patch("li", "/api/me", {{"display", "new"}}), 200));
  ASSERT_TRUE(
      done(w.post("li", "/api/groups", {{"name", "made"}, {"members", {w.id("han")}}}), 201));
  ASSERT_TRUE(done(w.del("han", "/api/friends/" + std::to_string(w.id("li"))), 204));
  ASSERT_TRUE(done(w.del("han", "/api/session"), 204));
  w.server_process().kill();
  w.start();
  EXPECT_TRUE(done(ask_once(w.port(), request("GET", "/api/start", token)), 200));
  EXPECT_TRUE(refused(w.get("han", "/api/start"), 401, "not_signed_in"));
  const json::object start = w.state("li");
  EXPECT_EQ(text(start.at("me").at("display")), "new");
  EXPECT_EQ(start.at("friends").as_array().size(), 0U);
  ASSERT_EQ(start.at("groups").as_array().size(), 1U);
  EXPECT_EQ(start.at("groups").at(0).at("members").as_array().size(), 2U);
}

TEST(Durability, ReadPositionsAreStoredWithinTwoSeconds) {
  running_server w;
  const std::uint64_t id = number(w.send("li", "han", "read me").json().at("id"));
  ASSERT_TRUE(done(
      w.post("han", "/api/read", {{"type", "single"}, {"with", w.id("li")}, {"up_to", id}}), 204));
  nap(std::chrono::milliseconds(2500));
  w.server_process().kill();
  w.start();
  EXPECT_EQ(unread(w, "han", "single", w.id("li")), 0U);
}

TEST(Durability, AnOrderlyShutdownLosesNothing) {
  running_server w;
  const std::uint64_t id = number(w.send("li", "han", "read me").json().at("id"));
  ASSERT_TRUE(done(
      w.post("han", "/api/read", {{"type", "single"}, {"with", w.id("li")}, {"up_to", id}}), 204));
  EXPECT_EQ(w.server_process().stop(), 0);
  w.start();
  EXPECT_EQ(unread(w, "han", "single", w.id("li")), 0U);
}

}  // namespace
}  // namespace lingerd::server_tests
