#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "core/loop/waiter.hpp"

namespace lingerd {

// One answer that comes by a call later, awaited in place:
//
//   answer<result<X>> reply(loop);
//   store.read_x(…, reply.taker());
//   co_await reply.asleep.wait(wake::done);
//   … reply.take() …
//
// Should the frame go before the answer comes, the answer is dropped.
template <class T>
class answer {
 public:
  explicit answer(loop& on) : asleep(on) {}
  answer(const answer&) = delete;
  answer& operator=(const answer&) = delete;

  std::function<void(T)> taker() {
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
