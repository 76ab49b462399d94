#include <gtest/gtest.h>

#include "core/chat/rules.hpp"
#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

class Rules : public ::testing::Test {
 protected:
  Rules() {
    li = at.user("li");
    han = at.user("han");
    wei = at.user("wei");
    at.befriend(li, han);
    lab = at.group(li, {han});
  }
  std::optional<error> send(user_id from, conversation to) {
    const result<void> r = rules::may_send(at.people, from, to);
    return r ? std::nullopt : std::optional(r.error().code);
  }
  std::optional<error> read(user_id reader, conversation in) {
    const result<void> r = rules::may_read(at.people, reader, in);
    return r ? std::nullopt : std::optional(r.error().code);
  }
  static conversation with(user_id a, user_id b) { return conversation::single(a, b); }
  static conversation in(group_id g) { return conversation::group(g); }

  town at;
  user_id li = 0, han = 0, wei = 0;
  group_id lab = 0;
};

TEST_F(Rules, FriendsMayWriteToEachOther) {
  EXPECT_EQ(send(li, with(li, han)), std::nullopt);
  EXPECT_EQ(send(han, with(li, han)), std::nullopt);
  EXPECT_EQ(send(li, with(li, wei)), error::not_friends);
  EXPECT_EQ(send(li, with(li, 99)), error::not_found);
  at.did(ask_friend{wei, li, noon});
  EXPECT_EQ(send(li, with(li, wei)), error::not_friends) << "he has only asked";
}

TEST_F(Rules, MembersMayWriteToTheirGroup) {
  EXPECT_EQ(send(han, in(lab)), std::nullopt);
  EXPECT_EQ(send(wei, in(lab)), error::not_member);
  EXPECT_EQ(send(li, in(99)), error::not_found);
  at.did(remove_member{han, lab, han});
  EXPECT_EQ(send(han, in(lab)), error::not_member);
  at.did(remove_group{li, lab});
  EXPECT_EQ(send(li, in(lab)), error::not_found);
}

TEST_F(Rules, AnEndedFriendshipIsReadableAndNotWritable) {
  at.say(li, han, "hello");
  at.did(end_friendship{han, li, noon});
  EXPECT_EQ(send(li, with(li, han)), error::not_friends);
  EXPECT_EQ(read(li, with(li, han)), std::nullopt);
  EXPECT_EQ(read(han, with(li, han)), std::nullopt);
}

TEST_F(Rules, ARemovedFriendsConversationIsReadable) {
  at.say(li, han, "hello");
  at.did(remove_user{han});
  EXPECT_EQ(send(li, with(li, han)), error::not_found);
  EXPECT_EQ(read(li, with(li, han)), std::nullopt);
}

TEST_F(Rules, OneWhoLeftAGroupMayReadIt) {
  EXPECT_EQ(read(han, in(lab)), std::nullopt);
  EXPECT_EQ(read(wei, in(lab)), error::not_member);
  EXPECT_EQ(read(li, in(99)), error::not_found);
  at.did(remove_member{han, lab, han});
  EXPECT_EQ(read(han, in(lab)), std::nullopt);
  at.did(remove_group{li, lab});
  EXPECT_EQ(read(han, in(lab)), std::nullopt);
  EXPECT_EQ(read(li, in(lab)), std::nullopt);
}

TEST_F(Rules, ToNobodyIsNotFound) {
  EXPECT_EQ(read(li, with(li, 99)), error::not_found);
  EXPECT_EQ(send(li, with(li, 99)), error::not_found);
}

// The early answer says what the verdict says.
TEST_F(Rules, TheEarlyAnswerIsTheVerdict) {
  at.did(ask_friend{wei, han, noon});
  const group_id gone = at.group(li, {han});
  at.did(remove_group{li, gone});
  for (const user_id from : {li, han, wei}) {
    for (const conversation to : {with(li, han), with(li, wei), with(han, wei), in(lab), in(gone),
                                  in(99), with(from, 98)}) {
      if (!to.is_group() && to.low() != from && to.high() != from) continue;
      send_message c;
      c.from = from;
      c.to = to;
      c.text = "hello";
      const std::optional<error> early = send(from, to);
      EXPECT_EQ(at.refused(c), early) << "from " << from << " to " << to.key;
    }
  }
}

}  // namespace
}  // namespace lingerd
