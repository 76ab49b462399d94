#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <memory>

#include "core/chat/chat.hpp"
#include "core/loop/loop_clock.hpp"
#include "http/api/app_context.hpp"
#include "http/api/page.hpp"
#include "http/api/passwords.hpp"
#include "http/net/asio_loop.hpp"
#include "http/net/system_entropy.hpp"
#include "store/commit/thread_worker.hpp"
#include "store/engine/folder_lock.hpp"

namespace lingerd {

// Everything that stands on one data folder, server or command: its lock, the threads, the store,
// the chat. The members are in the order of building; what is below uses what is above.
class node {
 public:
  // Opens the folder, or makes it. Throws std::runtime_error with a sentence for a person.
  // REQUIRES: the lock is this folder's.
  node(folder_lock lock, const std::filesystem::path& folder, const limits& bounds,
       std::chrono::milliseconds commit_window, app_options options,
       std::optional<std::filesystem::path> page_dir);
  // Stops the threads first: nothing of the store or the chat is touched after them.
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  asio_loop& loop() { return loop_; }
  lingerd::chat& chat() { return *chat_; }
  app_context& services() { return *service_; }

  // Runs the loop until the coroutine has ended.
  void run_until_done(task<void> work);

 private:
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
  page page_;
  std::unique_ptr<authenticator> authenticator_;
  std::unique_ptr<same_origin> same_origin_;
  std::unique_ptr<rate_limits> rate_limits_;
  std::unique_ptr<passwords> passwords_;
  std::unique_ptr<app_context> service_;
};

}  // namespace lingerd
