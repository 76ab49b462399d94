#include "store/commit/thread_worker.hpp"

#include <pthread.h>
#include <sched.h>

#include <csignal>
#include <utility>

namespace lingerd {
namespace {

// Signals are the main thread's; a fault stays with the thread that makes it.
class signals_blocked {
 public:
  signals_blocked() {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
      sigdelset(&all, fault);
    }
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

thread_worker::thread_worker(options how, std::function<void()> wake) : wake_(std::move(wake)) {
  const signals_blocked inherited_by_the_thread;
  thread_ = std::thread([this, how] { run(how); });
}

thread_worker::~thread_worker() { stop(); }

void thread_worker::submit(job& j) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) return;
    queue_.push_back(&j);
  }
  changed_.notify_all();
}

void thread_worker::deliver() {
  std::vector<job*> now;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    now.swap(finished_);
  }
  for (job* const j : now) {
    if (stopped_) return;  // by one of these
    j->done();
  }
}

void thread_worker::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  finished_.clear();
  stopped_ = true;
}

void thread_worker::drain() {
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return !finished_.empty() || (queue_.empty() && !running_); });
      if (finished_.empty()) break;
    }
    deliver();
  }
  stop();
}

void thread_worker::run(options how) {
  pthread_setname_np(pthread_self(), how.name);
  if (how.yields_to_loop) {
    const sched_param none{};
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
  }
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    job* const next = queue_.front();
    queue_.pop_front();
    running_ = true;
    lock.unlock();
    next->run();
    lock.lock();
    running_ = false;
    const bool first = finished_.empty();
    finished_.push_back(next);
    if (first && !stopping_) {
      lock.unlock();
      changed_.notify_all();
      wake_();
      lock.lock();
    }
  }
}

}  // namespace lingerd
