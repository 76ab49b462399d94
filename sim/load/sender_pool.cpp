#include "sim/load/sender_pool.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto answer_time = 30s;
constexpr auto retry_first = 100ms;
constexpr auto retry_most = 3200ms;

}  // namespace

struct senders::sender {
  explicit sender(line_host& in) : way(in) {}
  line way;
  bool was_open = false;
  bool has_rested = false;  // since it last carried something
};

senders::senders(line_host& lines, send_watcher& watcher, std::size_t connections)
    : lines_(lines), watcher_(watcher) {
  for (std::size_t i = 0; i < connections; ++i) all_.push_back(std::make_unique<sender>(lines));
}

senders::~senders() = default;

void senders::start(nursery& in) {
  running_ = all_.size();
  for (const auto& s : all_) in.spawn(run(*s));
}

void senders::send(std::uint32_t message) {
  queue_.push_back(message);
  if (resting_.empty()) return;
  sender* s = resting_.back();
  resting_.pop_back();
  s->way.tell_news();
}

void senders::tell_closing() {
  queue_.clear();
  for (const auto& s : all_) s->way.tell_closing();
}

void senders::drop() {
  queue_.clear();
  resting_.clear();
  all_.clear();
}

task<void> senders::run(sender& s) {
  instant pause = retry_first;
  while (!s.way.is_closing()) {
    if (!s.way.is_open() && (!s.was_open || !queue_.empty())) {
      const bool is_open = co_await s.way.open();
      if (!is_open) {
        watcher_.send_stumbled(s.way.why());
        const instant until = lines_.on.now() + pause;
        pause = std::min<instant>(pause * 2, retry_most);
        co_await s.way.nap_until(until);
        continue;
      }
      pause = retry_first;
      if (!s.was_open) ++ready_;
      s.was_open = true;
    }
    if (queue_.empty()) {
      resting_.push_back(&s);
      waiter& asleep = s.way.asleep();
      asleep.clear(wake::news);
      co_await asleep.wait(wake::news | wake::closing);
      s.has_rested = true;
      continue;
    }
    const std::uint32_t message = queue_.front();
    queue_.pop_front();
    ++under_way_;
    const bool is_done = co_await carry(s, message);
    --under_way_;
    if (!is_done && !s.way.is_closing()) queue_.push_front(message);
  }
  co_await s.way.close_in_order();
  --running_;
}

task<bool> senders::carry(sender& s, std::uint32_t message) {
  // Servers close what rests for long: the next one to use it finds out, and that is no error.
  const bool may_be_stale = std::exchange(s.has_rested, false);
  watcher_.going_out(message);
  ++lines_.counted.requests;
  std::string request = watcher_.request_of(message);
  const bool said = co_await s.way.say(std::move(request));
  if (!said) co_return false;
  const bool answered = co_await s.way.hear_answer(answer_time);
  if (!answered) {
    if (!s.way.is_closing() && !may_be_stale) watcher_.send_stumbled(s.way.why());
    co_return false;
  }
  watcher_.answered(message, s.way.answer());
  s.way.done_with_answer();
  co_return true;
}

}  // namespace lingerd::sim
