#include "core/chat/event_json.hpp"

#include <gtest/gtest.h>

#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

constexpr wall_ms event_time = 1'795'384'115'123;  // 2026-11-22T21:48:35.123Z

class EventJson : public ::testing::Test {
 protected:
  EventJson() {
    user(1, "li", "李雷");
    user(3, "han", "韩\"梅梅\"");
    group_row g;
    g.id = 7;
    g.name = "lab";
    g.brief = "a\nb";
    g.owner = 1;
    g.max_members = 200;
    directory.absorb(g);
    member(1, role::admin, {{5, 0}});
    member(3, role::member, {{5, 0}});
    member(4, role::admin, {{5, 9}});  // has left
  }
  void user(user_id id, const std::string& name, const std::string& display) {
    user_row r;
    r.id = id;
    r.name = name;
    r.display = display;
    directory.absorb(r);
  }
  void member(user_id u, role rank, std::vector<interval> stays) {
    member_row m;
    m.group = 7;
    m.user = u;
    m.rank = rank;
    m.stays = std::move(stays);
    directory.absorb(m);
  }
  static message_row message(conversation target, change_id id, const std::string& text) {
    message_row m;
    m.conversation = target;
    m.head.id = id;
    m.head.sender = 1;
    m.timestamp = event_time;
    m.text = text;
    return m;
  }
  lingerd::directory directory;
  std::string out;
};

TEST_F(EventJson, AMessageToAPerson) {
  event_json::message(out, message(conversation::single(1, 3), 1043, "hello"));
  EXPECT_EQ(out, R"({"event":"message","id":1043,"timestamp":"2026-11-22T21:48:35.123Z",)"
                 R"("from":1,"to":3,"type":"single","msg":"hello"})");
}

TEST_F(EventJson, AMessageToAPersonWithALowerNumber) {
  message_row m = message(conversation::single(1, 3), 1043, "hello");
  m.head.sender = 3;
  event_json::message(out, m);
  EXPECT_NE(out.find(R"("from":3,"to":1,)"), std::string::npos) << out;
}

TEST_F(EventJson, AMessageToAGroup) {
  event_json::message(out, message(conversation::group(7), 1044, "hello all"));
  EXPECT_EQ(out, R"({"event":"message","id":1044,"timestamp":"2026-11-22T21:48:35.123Z",)"
                 R"("from":1,"to":7,"type":"group","msg":"hello all"})");
}

TEST_F(EventJson, AMessageOfAnUntrustedClockSaysSo) {
  message_row m = message(conversation::single(1, 3), 1043, "\"hi\"\n");
  m.unsynced = true;
  event_json::message(out, m);
  EXPECT_EQ(out, R"({"event":"message","id":1043,"timestamp":"2026-11-22T21:48:35.123Z",)"
                 R"("from":1,"to":3,"type":"single","msg":"\"hi\"\n","clock":"unsynced"})");
}

TEST_F(EventJson, OnlyTheSenderSeesTheCid) {
  message_row m = message(conversation::single(1, 3), 1043, "hello");
  m.cid = "k\"3";
  std::string others, senders, spliced;
  event_json::message(others, m);
  event_json::message_for_sender(senders, m);
  event_json::with_cid(spliced, others, m.cid);
  EXPECT_EQ(others.find("cid"), std::string::npos);
  EXPECT_EQ(senders, R"({"event":"message","id":1043,"timestamp":"2026-11-22T21:48:35.123Z",)"
                     R"("from":1,"to":3,"type":"single","msg":"hello","cid":"k\"3"})");
  EXPECT_EQ(spliced, senders) << "from the ring and from the store it is the same";
}

TEST_F(EventJson, AMessageWithoutACidIsTheSameForItsSender) {
  const message_row m = message(conversation::single(1, 3), 1043, "hello");
  std::string others;
  event_json::message(others, m);
  event_json::message_for_sender(out, m);
  EXPECT_EQ(out, others);
}

TEST_F(EventJson, AnUnsyncedMessageIsTheSameForItsSenderEitherWay) {
  message_row m = message(conversation::group(7), 1043, "hello");
  m.unsynced = true;
  m.cid = "k";
  std::string others, spliced;
  event_json::message(others, m);
  event_json::with_cid(spliced, others, m.cid);
  event_json::message_for_sender(out, m);
  EXPECT_EQ(spliced, out);
}

TEST_F(EventJson, AReadMarkIsToldAsItsOwnerSeesIt) {
  event_json::read(out, 1, conversation::single(1, 3), 1043, 1050);
  EXPECT_EQ(out, R"({"event":"read","id":1050,"user":1,"type":"single","with":3,"up_to":1043})");
  out.clear();
  event_json::read(out, 3, conversation::single(1, 3), 1043, 1051);
  EXPECT_EQ(out, R"({"event":"read","id":1051,"user":3,"type":"single","with":1,"up_to":1043})");
  out.clear();
  event_json::read(out, 3, conversation::group(7), 1043, 1052);
  EXPECT_EQ(out, R"({"event":"read","id":1052,"user":3,"type":"group","with":7,"up_to":1043})");
}

TEST_F(EventJson, AFriendshipsState) {
  const auto encoded = [&](friendship state) {
    std::string s;
    event_json::friend_state(s, *directory.user(1), state, 9);
    return s;
  };
  const std::string head =
      R"({"event":"friend","id":9,"user":{"id":1,"name":"li","display":"李雷"},)";
  EXPECT_EQ(encoded(friendship::asked), head + R"("state":"asked"})");
  EXPECT_EQ(encoded(friendship::asked_me), head + R"("state":"asked_me"})");
  EXPECT_EQ(encoded(friendship::agreed), head + R"("state":"agreed"})");
  EXPECT_EQ(encoded(friendship::none), head + R"("state":"none"})");
}

TEST_F(EventJson, AProfile) {
  event_json::profile(out, *directory.user(3), 12);
  EXPECT_EQ(out,
            R"({"event":"profile","id":12,"user":{"id":3,"name":"han","display":"韩\"梅梅\""}})");
}

TEST_F(EventJson, AGroupHasThoseWhoAreInItNow) {
  event_json::group(out, *directory.group(7));
  EXPECT_EQ(out, R"({"id":7,"name":"lab","brief":"a\nb","owner":1,"admins":[1],"members":[1,3],)"
                 R"("max_members":200})");
}

TEST_F(EventJson, AGroupsEventNamesItsMembers) {
  event_json::group_state(out, directory, *directory.group(7), 20);
  EXPECT_EQ(out,
            R"({"event":"group","id":20,"group":{"id":7,"name":"lab","brief":"a\nb","owner":1,)"
            R"("admins":[1],"members":[1,3],"max_members":200},)"
            R"("users":[{"id":1,"name":"li","display":"李雷"},)"
            R"({"id":3,"name":"han","display":"韩\"梅梅\""}]})");
}

TEST_F(EventJson, ALargeGroupsEventNamesNobody) {
  for (user_id u = 100; u < 300; ++u) {
    user(u, "u" + std::to_string(u), "x");
    member(u, role::member, {{5, 0}});
  }
  event_json::group_state(out, directory, *directory.group(7), 20);
  EXPECT_EQ(out.find(R"("users")"), std::string::npos);
  EXPECT_NE(out.find("298,299"), std::string::npos) << "the numbers are all there";
  EXPECT_EQ(out.substr(out.size() - 2), "}}");
}

TEST_F(EventJson, AGroupThatWasLeft) {
  event_json::group_left(out, 7, 21);
  EXPECT_EQ(out, R"({"event":"group","id":21,"group":{"id":7},"left":true})");
}

TEST_F(EventJson, Typing) {
  event_json::typing(out, 3, false, 1);
  EXPECT_EQ(out, R"({"event":"typing","user":3,"type":"single","to":1})");
  out.clear();
  event_json::typing(out, 3, true, 7);
  EXPECT_EQ(out, R"({"event":"typing","user":3,"type":"group","to":7})");
}

TEST_F(EventJson, AConversationIsNamedFromItsReadersSide) {
  event_json::conversation_of(out, conversation::single(1, 3), 1);
  EXPECT_EQ(out, R"("type":"single","with":3)");
  out.clear();
  event_json::conversation_of(out, conversation::single(1, 3), 3);
  EXPECT_EQ(out, R"("type":"single","with":1)");
  out.clear();
  event_json::conversation_of(out, conversation::group(7), 3);
  EXPECT_EQ(out, R"("type":"group","with":7)");
}

TEST_F(EventJson, EventsAreAppended) {
  out = "[";
  event_json::typing(out, 3, true, 7);
  out += ']';
  EXPECT_EQ(out, R"([{"event":"typing","user":3,"type":"group","to":7}])");
}

}  // namespace
}  // namespace lingerd
