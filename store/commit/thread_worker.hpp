#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/loop/worker.hpp"

namespace lingerd {

// A worker with a thread of its own; jobs run one after the other, in the order of submit().
//
//   loop                         thread
//   submit(job) ───────────────► job.run()
//   deliver() ◄── wake() ──────  finished
//     └─ job.done()
//
// `wake` is called on the thread when something has finished and nothing finished was waiting yet:
// one call for all that finish until the loop comes to deliver(). Its owner posts a call of
// deliver() to the loop; he sees to it that the worker is still there when that runs.
class thread_worker final : public worker {
 public:
  struct options {
    const char* name = "worker";  // the thread's, at most 15 characters
    // SCHED_BATCH: being woken does not take the processor from the loop.
    bool yields_to_loop = false;
  };

  thread_worker(options how, std::function<void()> wake);
  // stop()s.
  ~thread_worker() override;
  thread_worker(const thread_worker&) = delete;
  thread_worker& operator=(const thread_worker&) = delete;

  // After stop() or drain() a job that is submitted never runs.
  void submit(job& j) override;

  // On the loop: done() of everything that has finished. May submit more.
  void deliver();

  // Lets the running job end and drops all others, finished ones included: no done() is called any
  // more. Blocks for as long as that job takes.
  void stop();
  // Runs all that was submitted, done() by done(): what a done() submits runs too. On the loop's
  // thread; blocks until nothing is left, then stops.
  void drain();

 private:
  void run(options how);

  const std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job*> queue_;  // guarded by mutex_, as are the next three
  std::vector<job*> finished_;
  bool running_ = false;  // a job's run() is under way
  bool stopping_ = false;
  bool stopped_ = false;  // the loop's own
  std::thread thread_;    // the last: it begins at once
};

}  // namespace lingerd
