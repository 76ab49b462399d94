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

// In place of the server's loop: sleeps until a call is posted.
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
  std::function<void()> on_done;
  void run() override {
    if (work) work();
  }
  void done() override {
    if (on_done) on_done();
  }
};

TEST(ThreadWorker, RunsInOrderAndDeliversOnTheLoop) {
  mailbox mail;
  thread_worker w({"test", true}, [&] { mail.post(); });
  const auto loop_thread = std::this_thread::get_id();
  std::vector<int> ran, done_order;
  std::vector<step> steps(100);
  for (int i = 0; i < 100; ++i) {
    steps[i].work = [&, i] {
      ran.push_back(i);
      EXPECT_NE(std::this_thread::get_id(), loop_thread);
    };
    steps[i].on_done = [&, i] {
      done_order.push_back(i);
      EXPECT_EQ(std::this_thread::get_id(), loop_thread);
    };
    w.submit(steps[i]);
  }
  while (done_order.size() < 100) {
    mail.wait();
    w.deliver();
  }
  EXPECT_EQ(ran, done_order);
  EXPECT_TRUE(std::is_sorted(done_order.begin(), done_order.end()));
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
  std::atomic<bool> has_begun = false, has_ended = false, is_done = false, is_second_run = false;
  step first, second;
  first.work = [&] {
    has_begun = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    has_ended = true;
  };
  first.on_done = [&] { is_done = true; };
  second.work = [&] { is_second_run = true; };
  thread_worker w({}, [] {});
  w.submit(first);
  w.submit(second);
  while (!has_begun) std::this_thread::yield();
  w.stop();
  w.deliver();
  EXPECT_TRUE(has_ended);
  EXPECT_FALSE(is_done);
  EXPECT_FALSE(is_second_run);
  w.submit(second);
  EXPECT_FALSE(is_second_run);
}

TEST(ThreadWorker, DrainRunsWhatDoneSubmits) {
  thread_worker w({}, [] {});
  int remaining = 10;
  step repeated;
  repeated.on_done = [&] {
    if (--remaining > 0) w.submit(repeated);
  };
  w.submit(repeated);
  w.drain();
  EXPECT_EQ(remaining, 0);
}

TEST(ThreadWorker, DoneMayStopTheWorker) {
  mailbox mail;
  thread_worker w({}, [&] { mail.post(); });
  step first, second;
  bool is_second_done = false;
  std::atomic<bool> go = false;
  first.work = [&] {
    while (!go) std::this_thread::yield();
  };
  first.on_done = [&] { w.stop(); };
  second.on_done = [&] { is_second_done = true; };
  w.submit(first);
  w.submit(second);
  go = true;
  mail.wait();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  w.deliver();
  EXPECT_FALSE(is_second_done);
}

// The store on real threads: concurrent appends and reads while the map grows.
TEST(StoreOnThreads, AppendsAndReadsAtOnce) {
  temp_folder folder;
  mailbox mail;
  manual_loop loop;
  limits bounds;
  counting_entropy entropy;
  recorder listener;
  thread_worker storage({"storage", true}, [&] { mail.post(); });
  thread_worker reader({"reader", false}, [&] { mail.post(); });
  open_options options;
  options.map_bytes = std::size_t{512} << 10;
  auto store = open_store(folder.path, loop, storage, reader, bounds, options, entropy);
  store->set_listener(listener);
  std::size_t appended = 0;
  const auto run_until = [&](std::size_t count) {
    while (listener.results.size() < count) {
      loop.turn();
      mail.wait();
      storage.deliver();
      reader.deliver();
    }
  };
  store->append(new_user("a"));
  store->append(new_user("b"));
  store->append(befriend(1, 2));
  run_until(appended = 3);
  std::size_t reads = 0;
  change_id published = 0;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 25; ++i, ++appended) {
      store->append(message_to(1, 2, std::string(1500, 'x')));
    }
    store->read_forward(
        {{conversation::single(1, 2), 0, change_id_max}}, 5000, 1 << 30,
        [&, published](result<message_list> outcome) {
          ++reads;
          ASSERT_TRUE(outcome.has_value());
          EXPECT_GE(outcome->messages.empty() ? 0 : outcome->messages.back().head.id, published);
        });
    run_until(appended);
    published = listener.results.back().id;
  }
  for (const applied& a : listener.results) ASSERT_FALSE(a.refused);
  reader.drain();
  EXPECT_EQ(reads, 60U);
  store->append(message_to(1, 2, "in flight when the store goes"));
  loop.turn();
  storage.stop();
  reader.stop();
  store.reset();
}

}  // namespace
}  // namespace lingerd
