#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/chat/chat.hpp"
#include "core/loop/loop_clock.hpp"
#include "core/loop/task.hpp"
#include "http/api/server.hpp"
#include "http/net/asio_loop.hpp"
#include "http/net/system_entropy.hpp"
#include "store/commit/thread_worker.hpp"
#include "store/engine/folder_lock.hpp"

namespace lingerd {

// All that stands on one data folder, for the daemon and for a command alike: the folder's lock,
// the loop, the threads, the store, the chat and the HTTP side. Nothing listens yet.
class node {
 public:
  // Opens the folder, or creates it. Throws std::runtime_error with a sentence for the user.
  // REQUIRES: the lock is this folder's.
  node(folder_lock lock, const std::filesystem::path& folder, const limits& bounds,
       std::chrono::milliseconds commit_window, app_options options);
  // Ends the connections, then stops the threads: nothing touches the store or the chat after them.
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  asio_loop& loop() { return loop_; }
  lingerd::chat& chat() { return *chat_; }
  server& http() { return *http_; }

  // Called on the loop when the store takes no more changes, to begin the end of the process; the
  // process ends after some seconds in any case.
  std::function<void()> on_failure;
  bool has_failed() const { return has_failed_; }

  // Runs the loop until the coroutine has ended; throws what it throws.
  void run_until_done(task<void> work);

 private:
  void give_up();

  // In the order of building; what is below uses what is above.
  folder_lock lock_;
  limits bounds_;
  system_clock kernel_;
  loop_clock clock_{kernel_};
  system_entropy entropy_;
  asio_loop loop_;
  thread_worker storage_;
  thread_worker reader_;
  thread_worker hashing_;
  std::unique_ptr<store> store_;
  std::unique_ptr<lingerd::chat> chat_;
  std::unique_ptr<server> http_;
  timer failure_exit_;
  bool has_failed_ = false;
};

}  // namespace lingerd
