#include "tests/core/chat/chat_fixtures.hpp"

// Read marks, typing and presence.
namespace lingerd {
namespace {

using namespace chat_tests;  // NOLINT
using namespace std::chrono_literals;

TEST_F(Chat, AReadMarkIsGatheredBeforeItIsWritten) {
  const change_id message_id = fixture.say(han, li, "hello");
  const change_id before = chat().horizon();
  EXPECT_EQ(refused(chat().mark_read(li, two, message_id)), std::nullopt);
  fixture.settle();
  EXPECT_EQ(chat().horizon(), before) << "not yet";
  fixture.pass(2s);
  EXPECT_GT(chat().horizon(), before) << "2 s at most";
  EXPECT_EQ(chat().directory().unread(li, two), 0U);
  const std::string response = fixture.at_hand(han, before)->events;
  EXPECT_EQ(response, R"({"event":"read","id":)" + std::to_string(chat().horizon()) +
                          R"(,"user":1,"type":"single","with":2,"up_to":)" +
                          std::to_string(message_id) + "}");
  EXPECT_EQ(fixture.at_hand(li, before)->events, response) << "the user's other tabs are told, too";
}

TEST_F(Chat, MarksOfOneConversationAreOneChange) {
  const change_id first = fixture.say(han, li, "1");
  const change_id second = fixture.say(han, li, "2");
  const change_id before = chat().horizon();
  chat().mark_read(li, two, first);
  chat().mark_read(li, two, second);
  chat().mark_read(li, two, first);
  fixture.pass(2s);
  EXPECT_EQ(chat().horizon(), before + 1);
  EXPECT_EQ(chat().directory().read_mark_of(li, two)->up_to, second);
}

TEST_F(Chat, ALowerMarkChangesNothing) {
  const change_id first = fixture.say(han, li, "1");
  const change_id second = fixture.say(han, li, "2");
  fixture.read(li, two, second);
  const change_id before = chat().horizon();
  EXPECT_EQ(refused(chat().mark_read(li, two, first)), std::nullopt);
  EXPECT_EQ(refused(chat().mark_read(li, two, second)), std::nullopt);
  fixture.pass(5s);
  EXPECT_EQ(chat().horizon(), before);
}

TEST_F(Chat, BeyondTheNewestIsTheNewestOfThen) {
  fixture.say(han, li, "1");
  chat().mark_read(li, two, change_id_max);
  const change_id later = fixture.say(han, li, "2");
  fixture.pass(2s);
  EXPECT_LT(chat().directory().read_mark_of(li, two)->up_to, later);
  EXPECT_EQ(chat().directory().unread(li, two), 1U) << "the user has not seen that one";
}

TEST_F(Chat, MarksOfManyPeopleAreWrittenTogether) {
  const group_id lab = fixture.group(li, {han, wei});
  const change_id message_id = fixture.say_to_group(li, lab, "hello");
  const change_id single_id = fixture.say(li, han, "hello");
  for (const user_id u : {han, wei}) chat().mark_read(u, conversation::group(lab), message_id);
  chat().mark_read(han, two, single_id);
  fixture.pass(2s);
  EXPECT_EQ(chat().directory().unread(han, conversation::group(lab)), 0U);
  EXPECT_EQ(chat().directory().unread(wei, conversation::group(lab)), 0U);
  EXPECT_EQ(chat().directory().unread(han, two), 0U);
}

TEST_F(Chat, OnlyWhatOneMaySeeIsRead) {
  const group_id lab = fixture.group(li, {han});
  fixture.say_to_group(li, lab, "hello");
  EXPECT_EQ(refused(chat().mark_read(wei, conversation::group(lab), 1)), error::not_member);
  EXPECT_EQ(refused(chat().mark_read(li, conversation::group(99), 1)), error::not_found);
  EXPECT_EQ(refused(chat().mark_read(li, conversation::single(li, 99), 1)), error::not_found);
  EXPECT_EQ(refused(chat().mark_read(li, conversation::single(li, wei), 1)), std::nullopt)
      << "an empty one";
  fixture.pass(5s);
  EXPECT_EQ(chat().pending(), 0U);
}

TEST_F(Chat, TypingIsForThoseOneMayWriteTo) {
  EXPECT_EQ(refused(chat().note_typing(li, two)), std::nullopt);
  EXPECT_EQ(refused(chat().note_typing(li, conversation::single(li, wei))), error::not_friends);
  EXPECT_EQ(refused(chat().note_typing(li, conversation::group(99))), error::not_found);
}

TEST_F(Chat, TypingReachesTheOther) {
  chat().presence().hold(han);
  fixture.pass(1s);
  const std::uint64_t before = chat().presence().revision();
  chat().note_typing(li, two);
  std::string out;
  chat().typing().append(out, han, before);
  EXPECT_EQ(out, R"({"event":"typing","user":1,"type":"single","to":2})");
}

TEST_F(Chat, NewFriendsSeeThatTheOtherIsOnline) {
  chat().presence().hold(li);
  chat().presence().hold(wei);
  fixture.pass(2s);
  const std::uint64_t revision = chat().presence().revision();
  fixture.befriend(li, wei);
  fixture.pass(2s);
  EXPECT_TRUE(chat().has_presence_news(li, revision))
      << "\"online\" is [3] now, and the user knows it as []: no poll tells the user until "
         "somebody moves";
}

}  // namespace
}  // namespace lingerd
