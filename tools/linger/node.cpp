#include "tools/linger/node.hpp"

#include <unistd.h>

#include <cstdlib>

#include "core/base/log.hpp"
#include "store/commit/open.hpp"

namespace lingerd {
namespace {

// From the store's failure to the end of the process, however the orderly end goes.
constexpr std::chrono::seconds failure_grace{6};

[[noreturn]] void exit_at_once(timer&) {
  log::error("ending at once");
  std::_Exit(1);
}

}  // namespace

node::node(folder_lock lock, const std::filesystem::path& folder, const limits& bounds,
           std::chrono::milliseconds commit_window, app_options options)
    : lock_(std::move(lock)),
      bounds_(bounds),
      loop_(clock_),
      storage_({"storage", true}, [this] { loop_.post([this] { storage_.deliver(); }); }),
      reader_({"reader", false}, [this] { loop_.post([this] { reader_.deliver(); }); }),
      hashing_({"hashing", true}, [this] { loop_.post([this] { hashing_.deliver(); }); }),
      failure_exit_(exit_at_once) {
  open_options store_options;
  store_options.commit_window = commit_window;
  store_options.fatal = [this](std::string_view) { give_up(); };
  store_ = open_store(folder, loop_, storage_, reader_, bounds_, store_options, entropy_);
  chat_ = std::make_unique<lingerd::chat>(loop_, *store_, bounds_);
  chat_->load();
  http_ = std::make_unique<server>(*chat_, entropy_, hashing_, std::move(options));
}

node::~node() {
  http_->end_connections();
  hashing_.stop();
  reader_.stop();
  storage_.stop();
}

// Nothing can be acknowledged any more, since a failed write or sync may have lost pages. Changes
// get their refusals and held requests their answers; then the process ends with a failure, the
// service manager starts it anew, and the start checks what is stored.
void node::give_up() {
  has_failed_ = true;
  loop_.set_timer(failure_exit_, loop_.now() + failure_grace);
  if (on_failure) loop_.post(on_failure);
}

void node::run_until_done(task<void> work) {
  nursery root;
  std::exception_ptr exception;
  const auto run_and_stop = [](asio_loop& loop, task<void> work,
                               std::exception_ptr& failure) -> task<void> {
    try {
      co_await std::move(work);
    } catch (...) {
      failure = std::current_exception();
    }
    loop.stop();
  };
  root.spawn(run_and_stop(loop_, std::move(work), exception));
  loop_.run();
  loop_.context().restart();
  if (exception) std::rethrow_exception(exception);
}

}  // namespace lingerd
