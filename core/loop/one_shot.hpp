#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "core/loop/waiter.hpp"

namespace lingerd {

// The result of a call that reports through a callback, awaited in place:
//
//   one_shot<result<X>> reply(loop);
//   store.read_x(…, reply.callback());
//   co_await reply.asleep.wait(wake::done);
//   … reply.take() …
//
// If the frame is destroyed before the callback runs, the result is dropped.
template <class T>
class one_shot {
 public:
  explicit one_shot(loop& loop) : asleep(loop) {}
  one_shot(const one_shot&) = delete;
  one_shot& operator=(const one_shot&) = delete;

  std::function<void(T)> callback() {
    return [this, alive = std::weak_ptr<int>(alive_)](T value) {
      if (alive.expired()) return;
      value_.emplace(std::move(value));
      asleep.signal(wake::done);
    };
  }
  T take() { return std::move(*value_); }

  waiter asleep;

 private:
  std::optional<T> value_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace lingerd
