#include "store/commit/thread_worker.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "store/commit/open.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

// What the server does with a post to its loop: sleeps until there is one.
class mailbox {
 public:
  void post() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++posts_;
    }
    changed_.notify_one();
  }
  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return posts_ > 0; });
    posts_ = 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int posts_ = 0;
};

struct step final : job {
  std::function<void()> work;
  std::function<void()> after;
  void run() override {
    if (work) work();
  }
  void done() override {
    if (after) after();
  }
};

TEST(ThreadWorker, RunsInOrderAndDeliversOnTheLoop) {
  mailbox mail;
  thread_worker w({"test", true}, [&] { mail.post(); });
  const auto loop_thread = std::this_thread::get_id();
  std::vector<int> ran, told;
  std::vector<step> steps(100);
  for (int i = 0; i < 100; ++i) {
    steps[i].work = [&, i] {
      ran.push_back(i);
      EXPECT_NE(std::this_thread::get_id(), loop_thread);
    };
    steps[i].after = [&, i] {
      told.push_back(i);
      EXPECT_EQ(std::this_thread::get_id(), loop_thread);
    };
    w.submit(steps[i]);
  }
  while (told.size() < 100) {
    mail.wait();
    w.deliver();
  }
  EXPECT_EQ(ran, told);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
}

TEST(ThreadWorker, OneWakeServesAllThatFinishUntilDelivery) {
  std::atomic<int> wakes = 0;
  std::atomic<int> ran = 0;
  std::vector<step> steps(50);
  thread_worker w({}, [&] { ++wakes; });
  for (step& s : steps) {
    s.work = [&] { ++ran; };
    w.submit(s);
  }
  w.drain();
  EXPECT_EQ(ran, 50);
  EXPECT_LE(wakes, 50);
  EXPECT_GE(wakes, 1);
}

TEST(ThreadWorker, StopLetsTheRunningJobEndAndDropsTheRest) {
  std::atomic<bool> began = false, ended = false, told = false, other = false;
  step first, second;
  first.work = [&] {
    began = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ended = true;
  };
  first.after = [&] { told = true; };
  second.work = [&] { other = true; };
  thread_worker w({}, [] {});
  w.submit(first);
  w.submit(second);
  while (!began) std::this_thread::yield();
  w.stop();
  w.deliver();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(told);
  EXPECT_FALSE(other);
  w.submit(second);
  EXPECT_FALSE(other);
}

TEST(ThreadWorker, DrainRunsWhatDoneSubmits) {
  thread_worker w({}, [] {});
  int left = 10;
  step again;
  again.after = [&] {
    if (--left > 0) w.submit(again);
  };
  w.submit(again);
  w.drain();
  EXPECT_EQ(left, 0);
}

TEST(ThreadWorker, DoneMayStopTheWorker) {
  mailbox mail;
  thread_worker w({}, [&] { mail.post(); });
  step first, second;
  bool told = false;
  std::atomic<bool> go = false;
  first.work = [&] {
    while (!go) std::this_thread::yield();
  };
  first.after = [&] { w.stop(); };
  second.after = [&] { told = true; };
  w.submit(first);
  w.submit(second);
  go = true;
  mail.wait();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  w.deliver();
  EXPECT_FALSE(told);
}

// The whole store on real threads: appends and reads at once, the map growing below them.
TEST(StoreOnThreads, AppendsAndReadsAtOnce) {
  temp_folder folder;
  mailbox mail;
  manual_loop loop;
  limits bounds;
  counting_entropy entropy;
  recorder heard;
  thread_worker storage({"storage", true}, [&] { mail.post(); });
  thread_worker reader({"reader", false}, [&] { mail.post(); });
  open_options how;
  how.map_bytes = std::size_t{512} << 10;
  auto keep = open_store(folder.path, loop, storage, reader, bounds, how, entropy);
  keep->set_listener(heard);
  std::size_t asked = 0;
  const auto until = [&](std::size_t told) {
    while (heard.results.size() < told) {
      loop.turn();
      mail.wait();
      storage.deliver();
      reader.deliver();
    }
  };
  keep->append(new_user("a"));
  keep->append(new_user("b"));
  keep->append(befriend(1, 2));
  until(asked = 3);
  std::size_t reads = 0;
  change_id published = 0;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 25; ++i, ++asked) {
      keep->append(message_to(1, 2, std::string(1500, 'x')));
    }
    keep->read_forward({{conversation::single(1, 2), 0, change_id_max}}, 5000, 1 << 30,
                       [&, published](result<message_list> got) {
                         ++reads;
                         ASSERT_TRUE(got.has_value());
                         EXPECT_GE(got->messages.empty() ? 0 : got->messages.back().head.id,
                                   published);
                       });
    until(asked);
    published = heard.results.back().id;
  }
  for (const applied& a : heard.results) ASSERT_FALSE(a.refused);
  reader.drain();
  EXPECT_EQ(reads, 60U);
  keep->append(message_to(1, 2, "in flight when the store goes"));
  loop.turn();
  storage.stop();
  reader.stop();
  keep.reset();
}

}  // namespace
}  // namespace lingerd
