#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/loop/worker.hpp"

namespace lingerd {

// A worker with a thread of its own; jobs run one after the other, in the order of submit(). Used
// from the loop's thread; the jobs belong to their submitters. Throws std::system_error if the
// thread cannot start.
//
//   loop                         thread
//   submit(job) ───────────────► job.run()
//   deliver() ◄── wake() ──────  finished
//     └─ job.done()
//
// `wake` is called on the thread when a job finishes and no other finished job was waiting: one
// call for all jobs that finish until deliver() runs. It posts a call of deliver() to the loop; the
// owner keeps the worker alive until that call has run.
class thread_worker final : public worker {
 public:
  struct options {
    const char* name = "worker";  // of the thread; at most 15 characters
    // SCHED_BATCH: the thread does not preempt the loop when it is woken.
    bool yields_to_loop = false;
  };

  thread_worker(options options, std::function<void()> wake);
  // Calls stop().
  ~thread_worker() override;
  thread_worker(const thread_worker&) = delete;
  thread_worker& operator=(const thread_worker&) = delete;

  // A job submitted after stop() or drain() never runs.
  void submit(job& j) override;

  // On the loop: calls done() of all finished jobs, which may submit more.
  void deliver();

  // Lets the running job end and drops all others, finished ones included: no done() is called
  // afterwards. Blocks until the running job ends.
  void stop();
  // Runs all submitted jobs and calls their done(); jobs that a done() submits run too. On the
  // loop's thread; blocks until no job is left, then stops.
  void drain();

 private:
  void run(options options);

  const std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job*> queue_;  // guarded by mutex_, as are the next three
  std::vector<job*> finished_;
  bool is_running_ = false;  // a job's run() is under way
  bool is_stopping_ = false;
  bool is_stopped_ = false;  // on the loop only
  std::thread thread_;       // last member: it starts at once
};

}  // namespace lingerd
