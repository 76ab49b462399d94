#include "store/commit/thread_worker.hpp"

#include <pthread.h>
#include <sched.h>

#include <csignal>
#include <utility>

namespace lingerd {
namespace {

// Blocks all signals but faults while it lives, so that a thread started meanwhile inherits the
// mask: the main thread handles signals, and a fault stays with the thread that causes it.
class signal_block {
 public:
  signal_block() {
    sigset_t signals;
    sigfillset(&signals);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
      sigdelset(&signals, fault);
    }
    pthread_sigmask(SIG_BLOCK, &signals, &previous_);
  }
  ~signal_block() { pthread_sigmask(SIG_SETMASK, &previous_, nullptr); }
  signal_block(const signal_block&) = delete;
  signal_block& operator=(const signal_block&) = delete;

 private:
  sigset_t previous_;
};

}  // namespace

thread_worker::thread_worker(options options, std::function<void()> wake) : wake_(std::move(wake)) {
  const signal_block block;
  thread_ = std::thread([this, options] { run(options); });
}

thread_worker::~thread_worker() { stop(); }

void thread_worker::submit(job& j) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (is_stopping_) return;
    queue_.push_back(&j);
  }
  changed_.notify_all();
}

void thread_worker::deliver() {
  std::vector<job*> jobs;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    jobs.swap(finished_);
  }
  for (job* const j : jobs) {
    if (is_stopped_) return;  // a done() has called stop()
    j->done();
  }
}

void thread_worker::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_stopping_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  finished_.clear();
  is_stopped_ = true;
}

void thread_worker::drain() {
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return !finished_.empty() || (queue_.empty() && !is_running_); });
      if (finished_.empty()) break;
    }
    deliver();
  }
  stop();
}

void thread_worker::run(options options) {
  pthread_setname_np(pthread_self(), options.name);
  if (options.yields_to_loop) {
    const sched_param priority{};
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &priority);
  }
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return is_stopping_ || !queue_.empty(); });
    if (is_stopping_) return;
    job* const next = queue_.front();
    queue_.pop_front();
    is_running_ = true;
    lock.unlock();
    next->run();
    lock.lock();
    is_running_ = false;
    const bool is_first = finished_.empty();
    finished_.push_back(next);
    if (is_first && !is_stopping_) {
      lock.unlock();
      changed_.notify_all();
      wake_();
      lock.lock();
    }
  }
}

}  // namespace lingerd
