#include "core/loop/task.hpp"

#include <string>

#include "core/base/log.hpp"

namespace lingerd {

nursery::root nursery::run(nursery&, task<void> t) { co_await std::move(t); }

void nursery::root_promise::unhandled_exception() noexcept {
  try {
    throw;
  } catch (const std::exception& e) {
    log::error(std::string("a coroutine ended by an exception: ") + e.what());
  } catch (...) {
    log::error("a coroutine ended by an unknown exception");
  }
}

void nursery::spawn(task<void> t) { run(*this, std::move(t)); }

void nursery::clear() {
  while (!roots_.empty()) {
    // The promise's destructor takes it off the list.
    std::coroutine_handle<root_promise>::from_promise(roots_.front()).destroy();
  }
}

}  // namespace lingerd
