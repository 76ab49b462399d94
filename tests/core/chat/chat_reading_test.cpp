#include "tests/core/chat/chat_fixtures.hpp"

// Read marks, typing, and who is online.
namespace lingerd {
namespace {

using namespace chat_tests;  // NOLINT
using namespace std::chrono_literals;

TEST_F(Chat, AReadMarkIsGatheredBeforeItIsWritten) {
  const change_id message_id = world.say(han, li, "hello");
  const change_id before = chat().horizon();
  EXPECT_EQ(refused(chat().mark_read(li, two, message_id)), std::nullopt);
  world.settle();
  EXPECT_EQ(chat().horizon(), before) << "not yet";
  world.pass(2s);
  EXPECT_GT(chat().horizon(), before) << "2 s at most";
  EXPECT_EQ(chat().directory().unread(li, two), 0U);
  const std::string told = world.at_hand(han, before)->events;
  EXPECT_EQ(told, R"({"event":"read","id":)" + std::to_string(chat().horizon()) +
                      R"(,"user":1,"type":"single","with":2,"up_to":)" +
                      std::to_string(message_id) + "}");
  EXPECT_EQ(world.at_hand(li, before)->events, told) << "his other tabs are told, too";
}

TEST_F(Chat, MarksOfOneConversationAreOneChange) {
  const change_id first = world.say(han, li, "1");
  const change_id second = world.say(han, li, "2");
  const change_id before = chat().horizon();
  chat().mark_read(li, two, first);
  chat().mark_read(li, two, second);
  chat().mark_read(li, two, first);
  world.pass(2s);
  EXPECT_EQ(chat().horizon(), before + 1);
  EXPECT_EQ(chat().directory().read_mark_of(li, two)->up_to, second);
}

TEST_F(Chat, ALowerMarkChangesNothing) {
  const change_id first = world.say(han, li, "1");
  const change_id second = world.say(han, li, "2");
  world.read(li, two, second);
  const change_id before = chat().horizon();
  EXPECT_EQ(refused(chat().mark_read(li, two, first)), std::nullopt);
  EXPECT_EQ(refused(chat().mark_read(li, two, second)), std::nullopt);
  world.pass(5s);
  EXPECT_EQ(chat().horizon(), before);
}

TEST_F(Chat, BeyondTheNewestIsTheNewestOfThen) {
  world.say(han, li, "1");
  chat().mark_read(li, two, change_id_max);
  const change_id later = world.say(han, li, "2");
  world.pass(2s);
  EXPECT_LT(chat().directory().read_mark_of(li, two)->up_to, later);
  EXPECT_EQ(chat().directory().unread(li, two), 1U) << "he has not seen that one";
}

TEST_F(Chat, MarksOfManyPeopleAreWrittenTogether) {
  const group_id lab = world.group(li, {han, wei});
  const change_id message_id = world.say_to_group(li, lab, "hello");
  const change_id his = world.say(li, han, "hello");
  for (const user_id u : {han, wei}) chat().mark_read(u, conversation::group(lab), message_id);
  chat().mark_read(han, two, his);
  world.pass(2s);
  EXPECT_EQ(chat().directory().unread(han, conversation::group(lab)), 0U);
  EXPECT_EQ(chat().directory().unread(wei, conversation::group(lab)), 0U);
  EXPECT_EQ(chat().directory().unread(han, two), 0U);
}

TEST_F(Chat, OnlyWhatOneMaySeeIsRead) {
  const group_id lab = world.group(li, {han});
  world.say_to_group(li, lab, "hello");
  EXPECT_EQ(refused(chat().mark_read(wei, conversation::group(lab), 1)), error::not_member);
  EXPECT_EQ(refused(chat().mark_read(li, conversation::group(99), 1)), error::not_found);
  EXPECT_EQ(refused(chat().mark_read(li, conversation::single(li, 99), 1)), error::not_found);
  EXPECT_EQ(refused(chat().mark_read(li, conversation::single(li, wei), 1)), std::nullopt)
      << "an empty one";
  world.pass(5s);
  EXPECT_EQ(chat().pending(), 0U);
}

TEST_F(Chat, TypingIsForThoseOneMayWriteTo) {
  EXPECT_EQ(refused(chat().note_typing(li, two)), std::nullopt);
  EXPECT_EQ(refused(chat().note_typing(li, conversation::single(li, wei))), error::not_friends);
  EXPECT_EQ(refused(chat().note_typing(li, conversation::group(99))), error::not_found);
}

TEST_F(Chat, TypingReachesTheOther) {
  chat().presence().hold(han);
  world.pass(1s);
  const std::uint64_t before = chat().presence().revision();
  chat().note_typing(li, two);
  std::string out;
  chat().typing().append(out, han, before);
  EXPECT_EQ(out, R"({"event":"typing","user":1,"type":"single","to":2})");
}

TEST_F(Chat, NewFriendsSeeThatTheOtherIsOnline) {
  chat().presence().hold(li);
  chat().presence().hold(wei);
  world.pass(2s);
  const std::uint64_t known = chat().presence().revision();
  world.befriend(li, wei);
  world.pass(2s);
  EXPECT_TRUE(chat().has_presence_news(li, known))
      << "\"online\" is [3] now, and he knows it as []: no poll tells him until somebody moves";
}

}  // namespace
}  // namespace lingerd
