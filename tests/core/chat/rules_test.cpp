#include "core/chat/rules.hpp"

#include <gtest/gtest.h>

#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

class Rules : public ::testing::Test {
 protected:
  Rules() {
    li = fixture.user("li");
    han = fixture.user("han");
    wei = fixture.user("wei");
    fixture.befriend(li, han);
    lab = fixture.group(li, {han});
  }
  std::optional<error> send(user_id sender, conversation target) {
    const result<void> r = rules::may_send(fixture.directory, sender, target);
    return r ? std::nullopt : std::optional(r.error().code);
  }
  std::optional<error> read(user_id reader, conversation group_chat) {
    const result<void> r = rules::may_read(fixture.directory, reader, group_chat);
    return r ? std::nullopt : std::optional(r.error().code);
  }
  static conversation single_chat(user_id a, user_id b) { return conversation::single(a, b); }
  static conversation group_chat(group_id g) { return conversation::group(g); }

  directory_fixture fixture;
  user_id li = 0, han = 0, wei = 0;
  group_id lab = 0;
};

TEST_F(Rules, FriendsMayWriteToEachOther) {
  EXPECT_EQ(send(li, single_chat(li, han)), std::nullopt);
  EXPECT_EQ(send(han, single_chat(li, han)), std::nullopt);
  EXPECT_EQ(send(li, single_chat(li, wei)), error::not_friends);
  EXPECT_EQ(send(li, single_chat(li, 99)), error::not_found);
  fixture.commit(ask_friend{wei, li, noon});
  EXPECT_EQ(send(li, single_chat(li, wei)), error::not_friends) << "the user has only asked";
}

TEST_F(Rules, MembersMayWriteToTheirGroup) {
  EXPECT_EQ(send(han, group_chat(lab)), std::nullopt);
  EXPECT_EQ(send(wei, group_chat(lab)), error::not_member);
  EXPECT_EQ(send(li, group_chat(99)), error::not_found);
  fixture.commit(remove_member{han, lab, han});
  EXPECT_EQ(send(han, group_chat(lab)), error::not_member);
  fixture.commit(remove_group{li, lab});
  EXPECT_EQ(send(li, group_chat(lab)), error::not_found);
}

TEST_F(Rules, AnEndedFriendshipIsReadableAndNotWritable) {
  fixture.say(li, han, "hello");
  fixture.commit(end_friendship{han, li, noon});
  EXPECT_EQ(send(li, single_chat(li, han)), error::not_friends);
  EXPECT_EQ(read(li, single_chat(li, han)), std::nullopt);
  EXPECT_EQ(read(han, single_chat(li, han)), std::nullopt);
}

TEST_F(Rules, ARemovedFriendsConversationIsReadable) {
  fixture.say(li, han, "hello");
  fixture.commit(remove_user{han});
  EXPECT_EQ(send(li, single_chat(li, han)), error::not_found);
  EXPECT_EQ(read(li, single_chat(li, han)), std::nullopt);
}

TEST_F(Rules, OneWhoLeftAGroupMayReadIt) {
  EXPECT_EQ(read(han, group_chat(lab)), std::nullopt);
  EXPECT_EQ(read(wei, group_chat(lab)), error::not_member);
  EXPECT_EQ(read(li, group_chat(99)), error::not_found);
  fixture.commit(remove_member{han, lab, han});
  EXPECT_EQ(read(han, group_chat(lab)), std::nullopt);
  fixture.commit(remove_group{li, lab});
  EXPECT_EQ(read(han, group_chat(lab)), std::nullopt);
  EXPECT_EQ(read(li, group_chat(lab)), std::nullopt);
}

TEST_F(Rules, ToNobodyIsNotFound) {
  EXPECT_EQ(read(li, single_chat(li, 99)), error::not_found);
  EXPECT_EQ(send(li, single_chat(li, 99)), error::not_found);
}

// The early answer says what the verdict says.
TEST_F(Rules, TheEarlyAnswerIsTheVerdict) {
  fixture.commit(ask_friend{wei, han, noon});
  const group_id gone = fixture.group(li, {han});
  fixture.commit(remove_group{li, gone});
  for (const user_id sender : {li, han, wei}) {
    for (const conversation conversation :
         {single_chat(li, han), single_chat(li, wei), single_chat(han, wei), group_chat(lab),
          group_chat(gone), group_chat(99), single_chat(sender, 98)}) {
      if (!conversation.is_group() && conversation.low() != sender && conversation.high() != sender)
        continue;
      send_message c;
      c.sender = sender;
      c.target = conversation;
      c.text = "hello";
      const std::optional<error> early = send(sender, conversation);
      EXPECT_EQ(fixture.refused(c), early) << "from " << sender << " to " << conversation.key;
    }
  }
}

}  // namespace
}  // namespace lingerd
