#include "core/loop/waiter.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/loop/one_shot.hpp"
#include "core/loop/task.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;
using store_tests::manual_loop;

constexpr wake_set only(wake w) { return static_cast<wake_set>(w); }

// Sleeps, and writes down what woke it.
task<void> sleep_on(waiter& w, wake_set mask, std::vector<wake_set>& woken) {
  const wake_set got = co_await w.wait(mask);
  woken.push_back(got);
}

task<void> sleep_inside(loop& loop, waiter*& mine, instant deadline, int& woken) {
  waiter w(loop);
  mine = &w;
  w.set_deadline(deadline);
  const wake_set mask = wake::news | wake::timeout;
  co_await w.wait(mask);
  ++woken;
}

class Waiter : public ::testing::Test {
 protected:
  using sets = std::vector<wake_set>;
  void sleep(wake_set mask) { all.spawn(sleep_on(w, mask, woken)); }

  manual_loop loop;
  waiter w{loop};
  sets woken;
  nursery all;
};

TEST_F(Waiter, ASignalWakesTheSleeperLater) {
  sleep(only(wake::news));
  EXPECT_TRUE(woken.empty());
  w.signal(wake::news);
  EXPECT_TRUE(woken.empty()) << "never inside signal()";
  loop.run_ready();
  EXPECT_EQ(woken, sets{only(wake::news)});
}

TEST_F(Waiter, ASignalThatCameBeforeTheWaitIsThere) {
  w.signal(wake::news);
  sleep(only(wake::news));
  EXPECT_EQ(woken, sets{only(wake::news)}) << "the coroutine does not sleep at all";
}

TEST_F(Waiter, AReasonStaysUntilItIsCleared) {
  w.signal(wake::news);
  sleep(only(wake::news));
  sleep(only(wake::news));
  EXPECT_EQ(woken.size(), 2U);
  w.clear(wake::news);
  sleep(only(wake::news));
  EXPECT_EQ(woken.size(), 2U) << "now the coroutine sleeps";
}

TEST_F(Waiter, AnotherReasonDoesNotWakeButIsKept) {
  sleep(only(wake::timeout));
  w.signal(wake::news);
  loop.run_ready();
  EXPECT_TRUE(woken.empty());
  w.signal(wake::timeout);
  loop.run_ready();
  EXPECT_EQ(woken, sets{wake::timeout | wake::news});
}

TEST_F(Waiter, AWakeDuringACancelIsNotLost) {
  w.set_deadline(5s);
  sleep(wake::news | wake::timeout);
  w.signal(wake::timeout);  // the coroutine is made ready, and does not run yet
  w.signal(wake::news);     // meanwhile this comes
  w.clear_deadline();
  loop.run_ready();
  EXPECT_EQ(woken, sets{only(wake::news)});
}

TEST_F(Waiter, TwoReasonsInOneTurnAreOneWakeWithBoth) {
  sleep(wake::news | wake::signed_out);
  w.signal(wake::news);
  w.signal(wake::signed_out);
  w.signal(wake::news);
  loop.run_ready();
  EXPECT_EQ(woken, sets{wake::news | wake::signed_out});
  loop.run_ready();
  EXPECT_EQ(woken.size(), 1U);
}

TEST_F(Waiter, ClearingOneReasonLeavesTheOthers) {
  w.signal(wake::news);
  w.signal(wake::closing);
  w.clear(wake::news);
  EXPECT_EQ(w.reasons(), only(wake::closing));
}

TEST_F(Waiter, TheDeadlineWakes) {
  w.set_deadline(loop.now() + 5s);
  sleep(wake::news | wake::timeout);
  loop.advance(4999ms);
  EXPECT_TRUE(woken.empty());
  loop.advance(1ms);
  EXPECT_EQ(woken, sets{only(wake::timeout)});
}

TEST_F(Waiter, ANewDeadlineReplacesTheOldOne) {
  w.set_deadline(1s);
  loop.advance(2s);
  EXPECT_EQ(w.reasons(), only(wake::timeout));
  w.set_deadline(10s);
  EXPECT_EQ(w.reasons(), 0) << "the old time-out is forgotten";
  sleep(only(wake::timeout));
  loop.advance(7s);
  EXPECT_TRUE(woken.empty());
  loop.advance(1s);
  EXPECT_EQ(woken.size(), 1U);
}

TEST_F(Waiter, AClearedDeadlineNeverComes) {
  w.set_deadline(1s);
  w.clear_deadline();
  loop.advance(5s);
  EXPECT_EQ(w.reasons(), 0);
}

task<void> sleep_and_sign(waiter& w, std::string name, std::vector<std::string>& order) {
  co_await w.wait(wake::news);
  order.push_back(name);
}

TEST_F(Waiter, SleepersRunInTheOrderOfTheirWaking) {
  waiter other(loop);
  std::vector<std::string> order;
  all.spawn(sleep_and_sign(w, "first to sleep", order));
  all.spawn(sleep_and_sign(other, "first to wake", order));
  other.signal(wake::news);
  w.signal(wake::news);
  loop.run_ready();
  EXPECT_EQ(order, (std::vector<std::string>{"first to wake", "first to sleep"}));
}

TEST_F(Waiter, AFrameThatGoesWhileItIsReadyDoesNotRun) {
  waiter* inside = nullptr;
  int times = 0;
  all.spawn(sleep_inside(loop, inside, 10s, times));
  inside->signal(wake::news);
  all.clear();
  loop.run_ready();
  EXPECT_EQ(times, 0);
  EXPECT_TRUE(loop.is_idle());
}

TEST_F(Waiter, AFrameThatGoesTakesItsDeadlineWithIt) {
  waiter* inside = nullptr;
  int times = 0;
  all.spawn(sleep_inside(loop, inside, 10s, times));
  EXPECT_EQ(loop.next_deadline(), instant(10s));
  all.clear();
  EXPECT_EQ(loop.next_deadline(), std::nullopt);
  loop.advance(20s);
  EXPECT_EQ(times, 0);
}

task<void> give_way(loop& loop, std::vector<std::string>& order, bool& ended) {
  order.push_back("before");
  next_turn others(loop);
  co_await others;
  order.push_back("after");
  ended = true;
}

TEST_F(Waiter, OneWhoGivesWayGoesOnAfterAllThatIsReady) {
  std::vector<std::string> order;
  bool ended = false;
  all.spawn(sleep_and_sign(w, "ready", order));
  all.spawn(give_way(loop, order, ended));
  w.signal(wake::news);
  loop.run_ready();
  EXPECT_EQ(order, (std::vector<std::string>{"before", "ready"}));
  loop.end_turn();
  EXPECT_EQ(order, (std::vector<std::string>{"before", "ready", "after"}));
  EXPECT_TRUE(ended);
}

TEST_F(Waiter, OneWhoGoesWhileHeGivesWayDoesNotRun) {
  std::vector<std::string> order;
  bool ended = false;
  all.spawn(give_way(loop, order, ended));
  all.clear();
  loop.end_turn();
  EXPECT_FALSE(ended);
  EXPECT_TRUE(loop.is_idle());
}

// An answer that comes by a call.

task<void> ask(loop& loop, std::function<void(std::string)>& call, std::string& got) {
  one_shot<std::string> reply(loop);
  call = reply.callback();
  co_await reply.asleep.wait(wake::done);
  got = reply.take();
}

task<void> ask_one_who_answers_at_once(loop& loop, std::string& got) {
  one_shot<std::string> reply(loop);
  reply.callback()("at once");
  co_await reply.asleep.wait(wake::done);
  got = reply.take();
}

TEST_F(Waiter, AnAnswerIsTakenWhenItComes) {
  std::function<void(std::string)> call;
  std::string got;
  all.spawn(ask(loop, call, got));
  call("later");
  loop.run_ready();
  EXPECT_EQ(got, "later");
}

TEST_F(Waiter, AnAnswerMayComeBeforeTheWait) {
  std::string got;
  all.spawn(ask_one_who_answers_at_once(loop, got));
  EXPECT_EQ(got, "at once");
}

TEST_F(Waiter, AnAnswerToAFrameThatIsGoneIsDropped) {
  std::function<void(std::string)> call;
  std::string got;
  all.spawn(ask(loop, call, got));
  all.clear();
  call("too late");
  loop.run_ready();
  EXPECT_EQ(got, "");
}

}  // namespace
}  // namespace lingerd
