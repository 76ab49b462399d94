#include "core/chat/sessions.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

struct stream {
  explicit stream(loop& loop) : sleeper(loop), held(sleeper, false) {}
  waiter sleeper;
  subscriber held;
};

class Sessions : public ::testing::Test {
 protected:
  void open(user_id user, unsigned char n, change_id id, wall_ms used = noon) {
    session_row r;
    r.hash = token(n);
    r.user = user;
    r.id = id;
    r.created = noon;
    r.used = used;
    sessions_.absorb(r);
  }
  manual_loop loop;
  limits bounds;
  sessions sessions_{bounds};
};

TEST_F(Sessions, ASessionIsFoundByItsToken) {
  open(1, 5, 100);
  ASSERT_TRUE(sessions_.find(token(5)));
  EXPECT_EQ(sessions_.find(token(5))->row.user, 1U);
  EXPECT_EQ(sessions_.find(token(5))->row.id, 100U);
  EXPECT_EQ(sessions_.find(token(6)), nullptr);
  EXPECT_EQ(sessions_.size(), 1U);
}

TEST_F(Sessions, TokensThatBeginAlikeAreTwo) {
  session_row a, b;
  a.hash = b.hash = token(7);
  b.hash[31] = 8;
  a.user = 1;
  b.user = 2;
  sessions_.absorb(a);
  sessions_.absorb(b);
  EXPECT_EQ(sessions_.find(a.hash)->row.user, 1U);
  EXPECT_EQ(sessions_.find(b.hash)->row.user, 2U);
}

TEST_F(Sessions, AnEndedSessionIsNotFound) {
  open(1, 5, 100);
  sessions_.absorb_end(token(5));
  EXPECT_EQ(sessions_.find(token(5)), nullptr);
  EXPECT_EQ(sessions_.size(), 0U);
  sessions_.absorb_end(token(5));  // nothing left to end
}

TEST_F(Sessions, AFingerprintLeadsToItsSessionUntilThatEnds) {
  open(1, 5, 100);
  open(2, 6, 101);
  const token_fingerprint one{1}, other{2}, third{3};
  EXPECT_EQ(sessions_.find(one), nullptr);
  sessions_.remember(token(5), one);
  sessions_.remember(token(6), other);
  EXPECT_EQ(sessions_.find(one), sessions_.find(token(5)));
  EXPECT_EQ(sessions_.find(other), sessions_.find(token(6)));
  sessions_.remember(token(5), third);
  EXPECT_EQ(sessions_.find(one), nullptr) << "a session has one";
  EXPECT_EQ(sessions_.find(third), sessions_.find(token(5)));
  sessions_.absorb_end(token(5));
  EXPECT_EQ(sessions_.find(third), nullptr);
  EXPECT_EQ(sessions_.find(other), sessions_.find(token(6)));
}

TEST_F(Sessions, AUsersSessionsAreListedOldestFirst) {
  open(1, 5, 300);
  open(2, 6, 200);
  open(1, 7, 100);
  std::vector<change_id> ids;
  for (const session_row& s : sessions_.sessions_of(1)) ids.push_back(s.id);
  EXPECT_EQ(ids, (std::vector<change_id>{100, 300}));
  EXPECT_TRUE(sessions_.sessions_of(3).empty());
}

TEST_F(Sessions, AnEndedSessionIsNoLongerListed) {
  open(1, 5, 100);
  open(1, 6, 101);
  open(1, 6, 101, noon + 10);
  sessions_.absorb_end(token(5));
  const std::vector<session_row> left = sessions_.sessions_of(1);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].id, 101U);
  EXPECT_EQ(left[0].used, noon + 10);
  sessions_.absorb_end(token(6));
  EXPECT_TRUE(sessions_.sessions_of(1).empty());
}

TEST_F(Sessions, AUseIsRememberedBeforeItIsWritten) {
  open(1, 5, 100);
  sessions_.touch(token(5), noon + 10);
  EXPECT_EQ(sessions_.find(token(5))->row.used, noon + 10);
  sessions_.touch(token(6), noon);  // of nobody
  EXPECT_EQ(sessions_.size(), 1U);
}

TEST_F(Sessions, TheEndOfASessionEndsItsHeldStreamsAlone) {
  open(1, 5, 100);
  open(1, 6, 101);
  stream one(loop), two(loop), other(loop);
  EXPECT_TRUE(sessions_.hold(token(5), one.held));
  EXPECT_TRUE(sessions_.hold(token(5), two.held));
  EXPECT_TRUE(sessions_.hold(token(6), other.held));
  sessions_.absorb_end(token(5));
  EXPECT_TRUE(has(one.sleeper.reasons(), wake::signed_out));
  EXPECT_TRUE(has(two.sleeper.reasons(), wake::signed_out));
  EXPECT_FALSE(has(other.sleeper.reasons(), wake::signed_out));
}

TEST_F(Sessions, NothingIsHeldForASessionThatHasEnded) {
  stream one(loop);
  EXPECT_FALSE(sessions_.hold(token(5), one.held));
  EXPECT_FALSE(one.held.in_session.is_linked());
}

TEST_F(Sessions, OneStreamTooManyEndsTheOldest) {
  open(1, 5, 100);
  std::deque<stream> all;
  for (std::size_t i = 0; i < bounds.held_per_session; ++i) {
    sessions_.hold(token(5), all.emplace_back(loop).held);
  }
  for (const stream& s : all) EXPECT_EQ(s.sleeper.reasons(), 0);
  sessions_.hold(token(5), all.emplace_back(loop).held);
  EXPECT_TRUE(has(all.front().sleeper.reasons(), wake::crowded));
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(all[i].sleeper.reasons(), 0) << i;
  sessions_.hold(token(5), all.emplace_back(loop).held);
  EXPECT_TRUE(has(all[1].sleeper.reasons(), wake::crowded));
}

TEST_F(Sessions, AStreamThatIsGoneDoesNotCount) {
  open(1, 5, 100);
  std::deque<stream> all;
  for (std::size_t i = 0; i < bounds.held_per_session; ++i) {
    sessions_.hold(token(5), all.emplace_back(loop).held);
  }
  all.pop_back();
  sessions_.hold(token(5), all.emplace_back(loop).held);
  for (const stream& s : all) EXPECT_EQ(s.sleeper.reasons(), 0);
}

TEST_F(Sessions, ATouchedSessionKeepsItsStreams) {
  open(1, 5, 100);
  stream one(loop);
  sessions_.hold(token(5), one.held);
  const change_id cursor = sessions_.classic_cursor(token(5), 77);
  open(1, 5, 100, noon + 10);
  EXPECT_EQ(sessions_.find(token(5))->row.used, noon + 10);
  EXPECT_EQ(sessions_.classic_cursor(token(5), 99), cursor);
  sessions_.absorb_end(token(5));
  EXPECT_TRUE(has(one.sleeper.reasons(), wake::signed_out));
}

TEST_F(Sessions, TheClassicCursorBeginsAtTheFirstRequest) {
  open(1, 5, 100);
  open(1, 6, 101);
  EXPECT_EQ(sessions_.classic_cursor(token(5), 40), 40U);
  EXPECT_EQ(sessions_.classic_cursor(token(5), 50), 40U) << "it stays until it is answered";
  sessions_.set_classic_cursor(token(5), 50);
  EXPECT_EQ(sessions_.classic_cursor(token(5), 60), 50U);
  EXPECT_EQ(sessions_.classic_cursor(token(6), 60), 60U) << "each session has its own";
  sessions_.set_classic_cursor(token(9), 50);  // it has ended meanwhile
  EXPECT_EQ(sessions_.find(token(9)), nullptr);
}

// Each of many sign-ins at once saw the same number of sessions and ended the same oldest one; all
// of them stayed, above the bound, until somebody signed in once more.
TEST_F(Sessions, ThoseOnTheirWayCountWhereRoomIsMade) {
  bounds.sessions_per_user = 3;
  for (unsigned char n = 1; n <= 3; ++n) open(1, n, n);
  EXPECT_TRUE(sessions_.surplus(1).empty());
  std::deque<sessions::opening> coming;
  coming.emplace_back(sessions_, 1);
  EXPECT_EQ(sessions_.surplus(1), std::vector<token_hash>{token(1)});
  coming.emplace_back(sessions_, 1);
  EXPECT_EQ(sessions_.surplus(1), (std::vector<token_hash>{token(1), token(2)}));
  EXPECT_FALSE(sessions_.is_crowded(1));
  coming.emplace_back(sessions_, 1);
  EXPECT_EQ(sessions_.surplus(1).size(), 3U);
  EXPECT_TRUE(sessions_.is_crowded(1)) << "a further one would end one that has not begun";
  EXPECT_FALSE(sessions_.is_crowded(2));
  coming.clear();
  EXPECT_TRUE(sessions_.surplus(1).empty());
}

}  // namespace
}  // namespace lingerd
