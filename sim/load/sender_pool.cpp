#include "sim/load/sender_pool.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto answer_timeout = 30s;
constexpr auto retry_first = 100ms;
constexpr auto retry_most = 3200ms;

}  // namespace

struct sender_pool::sender {
  explicit sender(connection_settings& context) : connection(context) {}
  client_connection connection;
  bool was_open = false;
  bool was_idle = false;  // since its last message
};

sender_pool::sender_pool(connection_settings& connections, send_watcher& watcher, std::size_t count)
    : connections_(connections), watcher_(watcher) {
  for (std::size_t i = 0; i < count; ++i) all_.push_back(std::make_unique<sender>(connections));
}

sender_pool::~sender_pool() = default;

void sender_pool::start(nursery& work) {
  running_ = all_.size();
  for (const auto& s : all_) work.spawn(run(*s));
}

void sender_pool::send(std::uint32_t message) {
  queue_.push_back(message);
  if (idle_.empty()) return;
  sender* s = idle_.back();
  idle_.pop_back();
  s->connection.notify();
}

void sender_pool::request_close() {
  queue_.clear();
  for (const auto& s : all_) s->connection.request_close();
}

void sender_pool::drop() {
  queue_.clear();
  idle_.clear();
  all_.clear();
}

task<void> sender_pool::run(sender& s) {
  instant pause = retry_first;
  while (!s.connection.is_closing()) {
    if (!s.connection.is_open() && (!s.was_open || !queue_.empty())) {
      const bool is_open = co_await s.connection.open();
      if (!is_open) {
        watcher_.on_send_failure(s.connection.why());
        const instant end = connections_.loop.now() + pause;
        pause = std::min<instant>(pause * 2, retry_most);
        co_await s.connection.nap_until(end);
        continue;
      }
      pause = retry_first;
      if (!s.was_open) ++ready_;
      s.was_open = true;
    }
    if (queue_.empty()) {
      idle_.push_back(&s);
      waiter& sleeper = s.connection.sleeper();
      sleeper.clear(wake::news);
      co_await sleeper.wait(wake::news | wake::closing);
      s.was_idle = true;
      continue;
    }
    const std::uint32_t message = queue_.front();
    queue_.pop_front();
    ++under_way_;
    const bool is_sent = co_await send_one(s, message);
    --under_way_;
    if (!is_sent && !s.connection.is_closing()) queue_.push_front(message);
  }
  co_await s.connection.close_in_order();
  --running_;
}

task<bool> sender_pool::send_one(sender& s, std::uint32_t message) {
  // A server closes connections that are idle for long. The next use finds out; that is no error.
  const bool may_be_stale = std::exchange(s.was_idle, false);
  watcher_.on_sending(message);
  ++connections_.counted.requests;
  std::string request = watcher_.request_of(message);
  const bool is_sent = co_await s.connection.send(std::move(request));
  if (!is_sent) co_return false;
  const bool is_answered = co_await s.connection.receive_answer(answer_timeout);
  if (!is_answered) {
    if (!s.connection.is_closing() && !may_be_stale) watcher_.on_send_failure(s.connection.why());
    co_return false;
  }
  watcher_.on_answer(message, s.connection.answer());
  s.connection.release_answer();
  co_return true;
}

}  // namespace lingerd::sim
