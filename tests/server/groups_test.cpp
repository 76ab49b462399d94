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

// A server with the usual accounts, and the paths of li's group "lab".
class server_with_lab : public running_server {
 public:
  server_with_lab() : lab(group("lab")) {}

  std::string path() const { return "/api/groups/" + std::to_string(lab); }
  std::string member(const std::string& name) const { return part("members", name); }
  std::string admin(const std::string& name) const { return part("admins", name); }
  // The group in the user's /api/start; null if it is not there.
  json::value seen_by(const std::string& name) {
    const json::object start = state(name);
    for (const json::value& g : start.at("groups").as_array()) {
      if (number(g.at("id")) == lab) return g;
    }
    return nullptr;
  }

  const std::uint64_t lab;

 private:
  std::string part(std::string_view kind, const std::string& name) const {
    return path() + "/" + std::string(kind) + "/" + std::to_string(id(name));
  }
};

TEST(Groups, AreCreatedWithFriendsWhoGetAnEvent) {
  running_server w;
  reader han(w, "han");
  const answer a =
      w.post("li", "/api/groups",
             {{"name", "旅行"}, {"brief", "where to?"}, {"members", {w.id("han"), w.id("mei")}}});
  ASSERT_TRUE(done(a, 201));
  const json::value g = a.json();
  EXPECT_EQ(text(g.at("name")), "旅行");
  EXPECT_EQ(text(g.at("brief")), "where to?");
  EXPECT_EQ(number(g.at("owner")), w.id("li"));
  EXPECT_TRUE(has(g.at("members"), w.id("li")));
  EXPECT_TRUE(has(g.at("members"), w.id("mei")));
  EXPECT_EQ(number(g.at("max_members")), 200U);
  const json::array events = han.events("group");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("group"), g);
}

TEST(Groups, AreNotCreatedWithStrangers) {
  running_server w;
  const answer a = w.post("han", "/api/groups", {{"name", "strange"}, {"members", {w.id("mei")}}});
  EXPECT_TRUE(refused(a, 403, "not_friends"));
  const answer nobody = w.post("han", "/api/groups", {{"name", "strange"}, {"members", {9999}}});
  EXPECT_TRUE(refused(nobody, 404, "not_found"));
  EXPECT_TRUE(done(w.post("han", "/api/groups", {{"name", "strange"}}), 201)) << "nothing was left";
}

TEST(Groups, NeedValidNames) {
  running_server w;
  for (const std::string_view bad : {"", "  ", "a\nb"}) {
    EXPECT_TRUE(refused(w.post("han", "/api/groups", {{"name", bad}}), 422, "bad_name")) << bad;
  }
  EXPECT_TRUE(
      refused(w.post("han", "/api/groups", {{"name", std::string(5000, 'x')}}), 422, "bad_name"));
  EXPECT_TRUE(refused(w.post("han", "/api/groups", {{"brief", "no name"}}), 400, "bad_request"));
}

TEST(Groups, OwnerAndAdminsInviteOnlyTheirOwnFriends) {
  server_with_lab w;
  EXPECT_TRUE(refused(w.post("han", w.member("mei")), 403, "forbidden")) << "no admin";
  EXPECT_TRUE(refused(w.post("li", w.member("zoe")), 403, "not_friends"));
  reader mei(w, "mei");
  EXPECT_TRUE(done(w.post("li", w.member("mei")), 204));
  EXPECT_TRUE(has(w.seen_by("han").at("members"), w.id("mei")));
  EXPECT_EQ(mei.events("group").size(), 1U);
  EXPECT_TRUE(done(w.post("li", w.admin("han")), 204));
  EXPECT_TRUE(has(w.seen_by("mei").at("admins"), w.id("han")));
  EXPECT_TRUE(refused(w.post("han", w.member("zoe")), 403, "not_friends"));
  ASSERT_TRUE(done(w.post("han", "/api/friends", {{"name", "zoe"}}), 200));
  ASSERT_TRUE(done(w.post("zoe", "/api/friends", {{"name", "han"}}), 200));
  EXPECT_TRUE(done(w.post("han", w.member("zoe")), 204)) << "an admin's friend";
  EXPECT_TRUE(done(w.del("li", w.admin("han")), 204));
  EXPECT_FALSE(has(w.seen_by("mei").at("admins"), w.id("han")));
}

TEST(Groups, AreVisibleToMembersOnly) {
  server_with_lab w;
  EXPECT_TRUE(w.seen_by("mei").is_null());
  const answer a = w.get("mei", "/api/messages?type=group&with=" + std::to_string(w.lab));
  EXPECT_TRUE(refused(a, 403, "not_member"));
  EXPECT_GE(w.patch("mei", w.path(), {{"brief", "mine"}}).status, 403);
  EXPECT_GE(w.del("mei", w.member("han")).status, 403);
  EXPECT_GE(w.del("mei", w.path()).status, 403);
  EXPECT_GE(w.post("mei", w.admin("mei")).status, 403);
  EXPECT_EQ(w.seen_by("li").at("members").as_array().size(), 2U);
}

TEST(Groups, AreChangedByOwnerAndAdminsNotByMembers) {
  server_with_lab w;
  EXPECT_TRUE(refused(w.patch("han", w.path(), {{"brief", "han's"}}), 403, "forbidden"));
  EXPECT_TRUE(refused(w.post("han", w.admin("han")), 403, "forbidden"));
  EXPECT_TRUE(refused(w.patch("han", w.path(), {{"owner", w.id("han")}}), 403, "forbidden"));
  reader han(w, "han");
  EXPECT_TRUE(done(w.patch("li", w.path(), {{"brief", "new"}, {"name", "the lab"}}), 200));
  const json::array events = han.events("group");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(text(events[0].at("group").at("brief")), "new");
  EXPECT_EQ(text(events[0].at("group").at("name")), "the lab");
}

TEST(Groups, AFullGroupAcceptsNoMember) {
  server_with_lab w;
  ASSERT_TRUE(done(w.patch("li", w.path(), {{"max_members", 2}}), 200));
  EXPECT_TRUE(refused(w.post("li", w.member("mei")), 409, "group_full"));
  ASSERT_TRUE(done(w.patch("li", w.path(), {{"max_members", 3}}), 200));
  EXPECT_TRUE(done(w.post("li", w.member("mei")), 204));
}

TEST(Groups, AUsersGroupsAreLimited) {
  running_server w({"--groups-max", "2"});
  EXPECT_TRUE(done(w.post("han", "/api/groups", {{"name", "second"}}), 201));
  const answer third = w.post("han", "/api/groups", {{"name", "third"}});
  EXPECT_GE(third.status, 400);
  EXPECT_LT(third.status, 500);
  const json::object start = w.state("han");
  EXPECT_EQ(start.at("groups").as_array().size(), 2U);
}

TEST(Groups, ALeavingMemberGetsAnEventAndKeepsTheHistory) {
  server_with_lab w;
  ASSERT_TRUE(done(w.send_group("li", w.lab, "before"), 201));
  reader han(w, "han");
  reader li(w, "li");
  ASSERT_TRUE(done(w.send_group("li", w.lab, "not fetched yet"), 201));
  ASSERT_TRUE(done(w.del("han", w.member("han")), 204));
  ASSERT_TRUE(done(w.send_group("li", w.lab, "after"), 201));
  const json::object o = han.next();
  std::vector<std::string> texts;
  bool left = false;
  for (const json::value& e : o.at("events").as_array()) {
    if (text(e.at("event")) == "message") texts.push_back(text(e.at("msg")));
    if (text(e.at("event")) != "group") continue;
    left = e.at("left") == true;
    EXPECT_EQ(e.at("group"), (json::value{{"id", w.lab}}));
  }
  EXPECT_TRUE(left);
  EXPECT_EQ(texts, std::vector<std::string>{"not fetched yet"});
  EXPECT_EQ(w.texts("han", "group", w.lab),
            (std::vector<std::string>{"before", "not fetched yet"}));
  EXPECT_TRUE(w.seen_by("han").is_null());
  const json::array events = li.events("group");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_FALSE(has(events[0].at("group").at("members"), w.id("han")));
}

TEST(Groups, ANewMemberSeesOnlyMessagesAfterJoining) {
  server_with_lab w;
  reader mei(w, "mei");
  ASSERT_TRUE(done(w.send_group("li", w.lab, "before"), 201));
  ASSERT_TRUE(done(w.post("li", w.member("mei")), 204));
  ASSERT_TRUE(done(w.send_group("li", w.lab, "after"), 201));
  EXPECT_EQ(w.texts("mei", "group", w.lab), std::vector<std::string>{"after"});
  const json::array events = mei.events("message");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(text(events[0].at("msg")), "after");
  EXPECT_EQ(w.texts("han", "group", w.lab), (std::vector<std::string>{"before", "after"}));
}

TEST(Groups, AReturningMemberDoesNotSeeMessagesOfTheAbsence) {
  server_with_lab w;
  ASSERT_TRUE(done(w.send_group("li", w.lab, "first time"), 201));
  ASSERT_TRUE(done(w.del("han", w.member("han")), 204));
  ASSERT_TRUE(done(w.send_group("li", w.lab, "meanwhile"), 201));
  ASSERT_TRUE(done(w.post("li", w.member("han")), 204));
  ASSERT_TRUE(done(w.send_group("li", w.lab, "second time"), 201));
  const std::vector<std::string> texts = w.texts("han", "group", w.lab);
  EXPECT_EQ(std::count(texts.begin(), texts.end(), "meanwhile"), 0);
  EXPECT_EQ(std::count(texts.begin(), texts.end(), "second time"), 1);
  EXPECT_EQ(std::count(texts.begin(), texts.end(), "first time"), 1)
      << "a member reads the messages until leaving, also afterwards";
}

TEST(Groups, TheOwnerHandsOverBeforeLeaving) {
  server_with_lab w;
  EXPECT_TRUE(refused(w.del("li", w.member("li")), 409, "owner_must_stay"));
  EXPECT_GE(w.patch("li", w.path(), {{"owner", w.id("mei")}}).status, 400) << "no member";
  ASSERT_TRUE(done(w.patch("li", w.path(), {{"owner", w.id("han")}}), 200));
  EXPECT_EQ(number(w.seen_by("han").at("owner")), w.id("han"));
  EXPECT_TRUE(done(w.del("li", w.member("li")), 204));
  EXPECT_TRUE(w.seen_by("li").is_null());
}

TEST(Groups, MembersAreRemovedByTheOwner) {
  server_with_lab w;
  ASSERT_TRUE(done(w.post("li", w.member("mei")), 204));
  EXPECT_TRUE(refused(w.del("han", w.member("mei")), 403, "forbidden"));
  EXPECT_TRUE(refused(w.del("han", w.member("li")), 403, "forbidden"));
  EXPECT_TRUE(done(w.del("li", w.member("mei")), 204));
  EXPECT_TRUE(w.seen_by("mei").is_null());
}

TEST(Groups, ARemovedGroupIsLeftByAllMembers) {
  server_with_lab w;
  reader han(w, "han");
  EXPECT_TRUE(refused(w.del("han", w.path()), 403, "forbidden"));
  ASSERT_TRUE(done(w.del("li", w.path()), 204));
  const json::array events = han.events("group");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("left"), true);
  EXPECT_TRUE(w.seen_by("han").is_null());
  EXPECT_GE(w.send_group("li", w.lab, "anybody?").status, 403);
}

}  // namespace
}  // namespace lingerd::server_tests
