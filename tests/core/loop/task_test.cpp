#include "core/loop/task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/loop/waiter.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd {
namespace {

using store_tests::manual_loop;

// Counts how many of it are alive.
struct alive {
  explicit alive(int& count) : count(count) { ++count; }
  ~alive() { --count; }
  alive(const alive&) = delete;
  alive& operator=(const alive&) = delete;
  int& count;
};

task<int> number(int n) { co_return n; }

task<void> note(std::vector<int>& log, int n) {
  log.push_back(n);
  co_return;
}

task<std::unique_ptr<std::string>> boxed(std::string text) {
  co_return std::make_unique<std::string>(std::move(text));
}

task<int> failing(std::string message) {
  if (!message.empty()) throw std::runtime_error(message);
  co_return 0;
}

task<int> failing_later(waiter& w) {
  co_await w.wait(wake::done);
  throw std::runtime_error("later");
}

class Task : public ::testing::Test {
 protected:
  manual_loop loop;
  waiter w{loop};
  nursery all;
};

task<void> sum_up(int& out) {
  const int a = co_await number(20);
  const int b = co_await number(22);
  out = a + b;
}

TEST_F(Task, AValueComesBack) {
  int sum = 0;
  all.spawn(sum_up(sum));
  EXPECT_EQ(sum, 42);
  EXPECT_EQ(all.size(), 0U) << "it has ended";
}

TEST_F(Task, ATaskStartsWhenItIsAwaited) {
  std::vector<int> ran;
  {
    task<void> never = note(ran, 1);
    task<void> later = note(ran, 2);
    EXPECT_TRUE(ran.empty());
    all.spawn(std::move(later));
  }
  EXPECT_EQ(ran, std::vector<int>{2});
}

task<void> open_box(std::string& out) {
  std::string text = "moved, never copied";
  const std::unique_ptr<std::string> box = co_await boxed(std::move(text));
  out = *box;
}

TEST_F(Task, AValueMayBeOneThatOnlyMoves) {
  std::string got;
  all.spawn(open_box(got));
  EXPECT_EQ(got, "moved, never copied");
}

task<void> catch_it(std::string& caught) {
  std::string message = "boom";
  try {
    co_await failing(std::move(message));
  } catch (const std::runtime_error& e) {
    caught = e.what();
  }
}

task<void> catch_it_later(waiter& w, std::string& caught) {
  try {
    co_await failing_later(w);
  } catch (const std::runtime_error& e) {
    caught = e.what();
  }
}

TEST_F(Task, AnExceptionGoesToWhoeverAwaits) {
  std::string caught;
  all.spawn(catch_it(caught));
  EXPECT_EQ(caught, "boom");
  all.spawn(catch_it_later(w, caught));
  EXPECT_EQ(caught, "boom");
  w.signal(wake::done);
  loop.run_ready();
  EXPECT_EQ(caught, "later");
  EXPECT_EQ(all.size(), 0U);
}

task<void> leave_by_exception() {
  std::string message = "nobody catches this";
  co_await failing(std::move(message));
}

TEST_F(Task, AnExceptionThatLeavesARootIsLoggedAndEndsItAlone) {
  std::vector<int> ran;
  ::testing::internal::CaptureStderr();
  all.spawn(leave_by_exception());
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("nobody catches this"), std::string::npos) << log;
  EXPECT_EQ(all.size(), 0U);
  all.spawn(note(ran, 1));
  EXPECT_EQ(ran, std::vector<int>{1});
}

task<void> await_many(int times, long& sum) {
  for (int i = 0; i < times; ++i) {
    const int n = co_await number(i & 1);
    sum += n;
  }
}

TEST_F(Task, AwaitingManyThatEndAtOnceTakesNoStack) {
  long sum = 0;
  all.spawn(await_many(1'000'000, sum));
  EXPECT_EQ(sum, 500'000);
}

task<void> bottom(waiter& w, int& living, int& ended) {
  const alive place(living);
  co_await w.wait(wake::done);
  ++ended;
}
task<void> middle(waiter& w, int& living, int& ended) {
  const alive place(living);
  co_await bottom(w, living, ended);
  ++ended;
}
task<void> top(waiter& w, int& living, int& ended) {
  const alive place(living);
  co_await middle(w, living, ended);
  ++ended;
}

TEST_F(Task, AWakeGoesUpThroughAllWhoAwait) {
  int living = 0, ended = 0;
  all.spawn(top(w, living, ended));
  EXPECT_EQ(living, 3);
  EXPECT_EQ(all.size(), 1U);
  w.signal(wake::done);
  loop.run_ready();
  EXPECT_EQ(ended, 3);
  EXPECT_EQ(living, 0);
  EXPECT_EQ(all.size(), 0U);
}

TEST_F(Task, ANurseryThatGoesDestroysFramesThatWaitAndAllBelow) {
  int living = 0, ended = 0;
  {
    waiter other(loop);
    nursery short_lived;
    short_lived.spawn(top(w, living, ended));
    short_lived.spawn(top(other, living, ended));
    EXPECT_EQ(living, 6);
    EXPECT_EQ(short_lived.size(), 2U);
  }
  EXPECT_EQ(living, 0);
  EXPECT_EQ(ended, 0) << "they have gone, not gone on";
}

TEST_F(Task, AClearedNurseryTakesNewTasks) {
  int living = 0, ended = 0;
  waiter other(loop);
  all.spawn(top(w, living, ended));
  all.clear();
  EXPECT_EQ(all.size(), 0U);
  EXPECT_EQ(living, 0);
  all.spawn(top(other, living, ended));
  other.signal(wake::done);
  loop.run_ready();
  EXPECT_EQ(ended, 3);
}

TEST_F(Task, ATaskThatIsNeverAwaitedNeverRuns) {
  int living = 0, ended = 0;
  {
    const task<void> never_awaited = top(w, living, ended);
    EXPECT_EQ(living, 0);
  }
  EXPECT_EQ(living, 0);
}

task<void> spawner(nursery& home, waiter& w, int& living, int& ended) {
  home.spawn(top(w, living, ended));
  co_return;
}

TEST_F(Task, ARootMaySpawnAnother) {
  int living = 0, ended = 0;
  all.spawn(spawner(all, w, living, ended));
  EXPECT_EQ(all.size(), 1U);
  w.signal(wake::done);
  loop.run_ready();
  EXPECT_EQ(ended, 3);
}

TEST_F(Task, EndedRootsLeaveTheOthersWaiting) {
  int living = 0, ended = 0;
  waiter second(loop), third(loop);
  all.spawn(top(w, living, ended));
  all.spawn(top(second, living, ended));
  all.spawn(top(third, living, ended));
  second.signal(wake::done);
  loop.run_ready();
  EXPECT_EQ(all.size(), 2U);
  EXPECT_EQ(living, 6);
  EXPECT_EQ(ended, 3);
  all.clear();  // before what they refer to
  EXPECT_EQ(living, 0);
}

TEST_F(Task, AnAssignedTaskLetsTheOldOneGo) {
  std::vector<int> ran;
  task<void> t = note(ran, 1);
  t = note(ran, 2);
  all.spawn(std::move(t));
  EXPECT_EQ(ran, std::vector<int>{2});
}

}  // namespace
}  // namespace lingerd
