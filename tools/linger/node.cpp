#include "tools/linger/node.hpp"

#include <unistd.h>

#include <cstdlib>

#include "core/base/log.hpp"
#include "store/commit/open.hpp"

namespace lingerd {
namespace {

// The store is beyond use (a failed sync may have lost pages): nothing can be acknowledged any
// more. The service manager starts anew, and start-up checks what is there.
[[noreturn]] void give_up(std::string_view why) {
  log::error("the store cannot go on: " + std::string(why));
  std::_Exit(1);
}

}  // namespace

node::node(folder_lock lock, const std::filesystem::path& folder, const limits& bounds,
           std::chrono::milliseconds commit_window, app_options options,
           std::optional<std::filesystem::path> page_dir)
    : lock_(std::move(lock)),
      bounds_(bounds),
      loop_(clock_),
      storage_({"storage", true}, [this] { loop_.post([this] { storage_.deliver(); }); }),
      reader_({"reader", false}, [this] { loop_.post([this] { reader_.deliver(); }); }),
      hashing_({"hashing", true}, [this] { loop_.post([this] { hashing_.deliver(); }); }),
      page_(std::move(page_dir)) {
  open_options how;
  how.commit_window = commit_window;
  how.fatal = give_up;
  store_ = open_store(folder, loop_, storage_, reader_, bounds_, how, entropy_);
  chat_ = std::make_unique<lingerd::chat>(loop_, *store_, bounds_);
  chat_->load();
  authenticator_ = std::make_unique<authenticator>(*chat_, entropy_);
  same_origin_ = std::make_unique<same_origin>(options.public_url);
  rate_limits_ = std::make_unique<rate_limits>(loop_, bounds_);
  passwords_ = std::make_unique<passwords>(loop_, hashing_, bounds_);
  service_ = std::make_unique<app_context>(app_context{*chat_,
                                                       *authenticator_,
                                                       *same_origin_,
                                                       *rate_limits_,
                                                       *passwords_,
                                                       entropy_,
                                                       page_,
                                                       std::move(options),
                                                       {}});
}

node::~node() {
  hashing_.stop();
  reader_.stop();
  storage_.stop();
}

void node::run_until_done(task<void> work) {
  nursery one;
  std::exception_ptr thrown;
  const auto stop_after = [](asio_loop& loop, task<void> first,
                             std::exception_ptr& failed) -> task<void> {
    try {
      co_await std::move(first);
    } catch (...) {
      failed = std::current_exception();
    }
    loop.stop();
  };
  one.spawn(stop_after(loop_, std::move(work), thrown));
  loop_.run();
  loop_.context().restart();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace lingerd
