#pragma once

#include <boost/intrusive/list.hpp>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

#include "core/base/check.hpp"

// The project's coroutine type: the frame is its only allocation, half the size of
// asio::awaitable's. Everything runs on the loop's thread.
//
// A task starts when it is awaited. Its frame belongs to the task object, which lives in the frame
// of the awaiting coroutine: destroying a root frame destroys all frames below it, which is allowed
// at any time when none of them runs. Awaiting uses no symmetric transfer: g++ turns that into a
// jump only when it optimises, and a loop over tasks that end at once would eat the stack in a
// debug build.
namespace lingerd {

template <class T>
class [[nodiscard]] task;

namespace detail {

class task_promise_base {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct final_awaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> h) noexcept {
      // The continuation may destroy this frame: nothing of it is touched afterwards.
      if (std::coroutine_handle<> next = h.promise().continuation_) next.resume();
    }
    void await_resume() noexcept {}
  };
  final_awaiter final_suspend() noexcept { return {}; }

  void unhandled_exception() noexcept { failure_ = std::current_exception(); }

 protected:
  template <class>
  friend class ::lingerd::task;
  void rethrow() {
    if (failure_) std::rethrow_exception(failure_);
  }
  std::coroutine_handle<> continuation_;
  std::exception_ptr failure_;
};

template <class T>
class task_promise : public task_promise_base {
 public:
  task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T take() {
    rethrow();
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class task_promise<void> : public task_promise_base {
 public:
  task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() { rethrow(); }
};

}  // namespace detail

template <class T>
class [[nodiscard]] task {
 public:
  using promise_type = detail::task_promise<T>;
  using handle = std::coroutine_handle<promise_type>;

  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    if (this != &other) {
      if (frame_) frame_.destroy();
      frame_ = std::exchange(other.frame_, nullptr);
    }
    return *this;
  }
  ~task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> parent) {
    frame_.resume();
    if (frame_.done()) return false;  // ended at once: the parent goes on without sleeping
    frame_.promise().continuation_ = parent;
    return true;
  }
  T await_resume() { return frame_.promise().take(); }

 private:
  friend promise_type;
  explicit task(handle frame) noexcept : frame_(frame) {}
  handle frame_;
};

template <class T>
task<T> detail::task_promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<task_promise<T>>::from_promise(*this));
}
inline task<void> detail::task_promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<task_promise<void>>::from_promise(*this));
}

// Owns root coroutines. Its destructor destroys those that still wait, with all that they await;
// none may be running then. Objects that they refer to must outlive the nursery. Loop thread only.
class nursery {
 public:
  nursery() = default;
  nursery(const nursery&) = delete;
  nursery& operator=(const nursery&) = delete;
  ~nursery() { clear(); }

  // Starts `t` now, up to its first wait. An exception that leaves it is logged, never dropped.
  void spawn(task<void> t);
  std::size_t size() const { return roots_.size(); }
  void clear();

  // The return type of a coroutine that is itself a root, without a frame above it. Its first
  // parameter is the nursery that owns it. It starts when it is called.
  struct root_promise;
  struct root {
    using promise_type = root_promise;
  };
  struct root_promise : boost::intrusive::list_base_hook<
                            boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    root get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept;
    template <class... Parameters>
    explicit root_promise(nursery& home, Parameters&...) {
      home.roots_.push_back(*this);
    }
  };

 private:
  static root run(nursery& home, task<void> t);

  boost::intrusive::list<root_promise, boost::intrusive::constant_time_size<false>> roots_;
};

}  // namespace lingerd
