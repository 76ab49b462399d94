#include "tests/core/chat/chat_fixtures.hpp"

// History and the start.
namespace lingerd {
namespace {

using namespace chat_tests;  // NOLINT
using namespace std::chrono_literals;

TEST_F(Chat, HistoryGoesBackwardPageByPage) {
  ids sent;
  for (int i = 0; i < 5; ++i) sent.push_back(fixture.say(i % 2 ? han : li, i % 2 ? li : han, "x"));
  const auto page = [&](change_id before, std::size_t limit) {
    const auto r = fixture.finish(chat().history(li, two, before, limit));
    return boost::json::parse(*r).as_object();
  };
  const auto listed = [](const boost::json::object& o) {
    ids all;
    for (const boost::json::value& m : o.at("messages").as_array()) all.push_back(id_of(m));
    return all;
  };
  EXPECT_EQ(listed(page(change_id_max, 2)), (ids{sent[3], sent[4]}));
  EXPECT_TRUE(page(change_id_max, 2).at("more").as_bool());
  EXPECT_EQ(listed(page(sent[3], 2)), (ids{sent[1], sent[2]})) << "exclusive";
  EXPECT_EQ(listed(page(sent[1], 2)), ids{sent[0]});
  EXPECT_FALSE(page(sent[1], 2).at("more").as_bool());
  EXPECT_EQ(listed(page(change_id_max, 5)), sent);
  EXPECT_FALSE(page(change_id_max, 5).at("more").as_bool());
  EXPECT_EQ(listed(page(sent[0], 5)), ids{});
}

TEST_F(Chat, HistoryShowsAGroupFromTheJoiningUntilTheLeaving) {
  const group_id lab = fixture.group(li, {});
  const conversation conversation = conversation::group(lab);
  fixture.say_to_group(li, lab, "before");
  fixture.commit(add_member{li, lab, han});
  fixture.say_to_group(li, lab, "during");
  fixture.commit(remove_member{han, lab, han});
  fixture.say_to_group(li, lab, "after");
  const std::string text =
      fixture.finish(chat().history(han, conversation, change_id_max, 50)).value();
  EXPECT_NE(text.find("during"), std::string::npos);
  EXPECT_EQ(text.find("before"), std::string::npos);
  EXPECT_EQ(text.find("after"), std::string::npos);
  EXPECT_NE(text.find(R"("more":false)"), std::string::npos);
  const auto stranger = fixture.finish(chat().history(wei, conversation, change_id_max, 50));
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, error::not_member);
}

TEST_F(Chat, HistoryOfAnEndedFriendshipIsReadable) {
  fixture.send(li, two, "hello", "k1");
  fixture.commit(end_friendship{han, li, noon});
  const std::string mine = fixture.finish(chat().history(li, two, change_id_max, 50)).value();
  const std::string text = fixture.finish(chat().history(han, two, change_id_max, 50)).value();
  EXPECT_NE(mine.find(R"("cid":"k1")"), std::string::npos);
  EXPECT_EQ(text.find("cid"), std::string::npos);
  EXPECT_NE(text.find("hello"), std::string::npos);
}

TEST_F(Chat, TheStartIsTheWholeStateAtOneCursor) {
  const user_id jim = fixture.user("jim");
  const user_id lucy = fixture.user("lucy");
  fixture.commit(ask_friend{wei, li, noon});
  fixture.commit(ask_friend{li, jim, noon});
  const group_id lab = fixture.group(lucy, {li});
  const change_id first = fixture.send(li, two, "hello", "k1")->id;
  const change_id second = fixture.say(han, li, "hello yourself");
  const change_id third = fixture.say_to_group(lucy, lab, "hello all");
  const auto text = fixture.finish(chat().start(li));
  ASSERT_TRUE(text);
  const auto n = [](std::uint64_t x) { return std::to_string(x); };
  const std::string entry = R"("timestamp":"2023-11-14T22:13:20.000Z")";
  EXPECT_EQ(
      *text + "}",
      R"({"epoch":")" + chat().epoch() + R"(","cursor":)" + n(chat().horizon()) +
          R"(,"me":{"id":1,"name":"li","display":"li","admin":false},)"
          R"("users":[{"id":2,"name":"han","display":"han"},{"id":3,"name":"wei","display":"wei"},)"
          R"({"id":4,"name":"jim","display":"jim"},{"id":5,"name":"lucy","display":"lucy"}],)"
          R"("friends":[2],"requests":[{"user":3,"at":"2023-11-14T22:13:20.000Z"}],"asked":[4],)"
          R"("groups":[{"id":6,"name":"lab","brief":"","owner":5,"admins":[5],"members":[1,5],)"
          R"("max_members":200}],)"
          R"("conversations":[{"type":"single","with":2,"last":{"event":"message","id":)" +
          n(second) + "," + entry +
          R"(,"from":2,"to":1,"type":"single","msg":"hello yourself"},"unread":1,"read":0,"seen":)" +
          n(first) +
          R"(},)"
          R"({"type":"group","with":6,"last":{"event":"message","id":)" +
          n(third) + "," + entry +
          R"(,"from":5,"to":6,"type":"group","msg":"hello all"},"unread":1,"read":0}],)"
          R"("presence":{"rev":)" +
          n(chat().presence().revision()) + R"(,"online":[]}})");
  EXPECT_EQ(jim, 4U);
  EXPECT_LT(first, second);
}

TEST_F(Chat, TheStartSaysWhatTheOtherHasRead) {
  const change_id mine = fixture.say(li, han, "hello");
  const auto shown = [&](user_id reader) {
    return boost::json::parse(fixture.finish(chat().start(reader)).value() + "}")
        .at("conversations")
        .at(0);
  };
  const boost::json::value before = shown(li);
  const boost::json::value* found = before.as_object().if_contains("seen");
  EXPECT_TRUE(!found || found->to_number<change_id>() == 0);
  fixture.read(han, two, mine);
  EXPECT_EQ(shown(li).at("seen").to_number<change_id>(), mine);
  EXPECT_EQ(shown(li).at("read").to_number<change_id>(), 0U) << "the user had nothing to read";
}

TEST_F(Chat, TheStartCountsWhatWasJustRead) {
  const change_id message_id = fixture.say(han, li, "hello");
  chat().mark_read(li, two, message_id);
  const std::string text = fixture.finish(chat().start(li)).value() + "}";
  const auto shown = boost::json::parse(text).at("conversations").at(0);
  EXPECT_EQ(shown.at("unread").to_number<int>(), 0);
  EXPECT_EQ(shown.at("read").to_number<change_id>(), message_id);
  EXPECT_EQ(boost::json::parse(text).at("cursor").to_number<change_id>(), chat().horizon());
}

TEST_F(Chat, TheStartIsTheSameAfterARestart) {
  const group_id lab = fixture.group(han, {li});
  fixture.say(li, han, "1");
  fixture.say(han, li, "2");
  fixture.say_to_group(han, lab, "3");
  fixture.commit(remove_member{li, lab, li});
  const auto but_presence = [](std::string text) {
    return text.substr(0, text.rfind(R"("presence")"));
  };
  const std::string before = but_presence(fixture.finish(chat().start(li)).value());
  fixture.restart();
  EXPECT_EQ(but_presence(fixture.finish(chat().start(li)).value()), before);
}

TEST_F(Chat, TheStartShowsAGroupThatWasLeft) {
  const group_id lab = fixture.group(han, {li});
  const change_id message_id = fixture.say_to_group(han, lab, "seen");
  fixture.commit(remove_member{li, lab, li});
  fixture.say_to_group(han, lab, "never seen");
  const auto v = boost::json::parse(fixture.finish(chat().start(li)).value() + "}");
  EXPECT_TRUE(v.at("groups").as_array().empty());
  const auto& shown = v.at("conversations").at(0);
  EXPECT_TRUE(shown.at("left").as_bool());
  EXPECT_EQ(shown.at("name").as_string(), "lab");
  EXPECT_EQ(id_of(shown.at("last")), message_id);
  EXPECT_EQ(shown.at("unread").to_number<int>(), 1);
}

TEST_F(Chat, TheStartHidesWhatWasSaidBeforeTheJoining) {
  const group_id lab = fixture.group(han, {});
  fixture.say_to_group(han, lab, "before");
  fixture.commit(add_member{0, lab, li});
  const auto v = boost::json::parse(fixture.finish(chat().start(li)).value() + "}");
  EXPECT_EQ(v.at("groups").as_array().size(), 1U);
  EXPECT_TRUE(v.at("conversations").as_array().empty());
}

TEST_F(Chat, WhatComesWhileTheStartIsReadLiesAboveItsCursor) {
  fixture.say(han, li, "before");
  std::optional<result<std::string>> text;
  fixture.begin(chat().start(li), text);
  ASSERT_FALSE(text);
  ASSERT_EQ(fixture.reader.waiting(), 1U) << "its last messages are being read";
  std::optional<result<chat::sent>> sent;
  fixture.begin(chat().send(han, two, "meanwhile", ""), sent);
  fixture.loop.turn();
  fixture.storage.run_all();
  fixture.loop.turn();
  ASSERT_TRUE(sent && sent->has_value());
  fixture.settle();
  ASSERT_TRUE(text && text->has_value());
  const auto v = boost::json::parse(**text + "}");
  const auto cursor = v.at("cursor").to_number<change_id>();
  EXPECT_LT(cursor, (*sent)->id);
  EXPECT_EQ((*text)->find("meanwhile"), std::string::npos);
  EXPECT_EQ(messages_in(*fixture.at_hand(li, cursor)), ids{(*sent)->id});
}

TEST_F(Chat, ThereIsNoStartForNobody) {
  const auto r = fixture.finish(chat().start(99));
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, error::not_found);
}

}  // namespace
}  // namespace lingerd
