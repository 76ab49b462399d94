#include "http/net/epoll_set.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "core/base/check.hpp"

namespace lingerd {
namespace {

constexpr int events_a_turn = 256;  // events of one turn; the rest of the loop runs after them
constexpr std::uint32_t reading = EPOLLIN | EPOLLRDHUP | EPOLLET;

int create_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return set;
}

epoll_event event_of(std::uint32_t interest, epoll_set::handler& handler) {
  epoll_event e{};
  e.events = interest;
  e.data.ptr = &handler;
  return e;
}

}  // namespace

epoll_set::epoll_set(lingerd::loop& loop, boost::asio::io_context& context)
    : loop_(loop), set_(context, create_set()) {
  wait();
}

bool epoll_set::add(int descriptor, handler& handler) {
  epoll_event e = event_of(reading, handler);
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, descriptor, &e) == 0;
}

void epoll_set::ask_writable(int descriptor, handler& handler) {
  epoll_event e = event_of(reading | EPOLLOUT, handler);
  const int result = ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, descriptor, &e);
  // A descriptor that was not added would never be reported.
  CHECK(result == 0 || errno != ENOENT);
}

void epoll_set::wait() {
  set_.async_wait(set_.wait_read, [this](boost::system::error_code ec) {
    if (ec) return;  // closed; `this` may be gone
    dispatch();
    loop_.run_ready();
    wait();
  });
}

void epoll_set::dispatch() {
  epoll_event events[events_a_turn];
  const int n = ::epoll_wait(set_.native_handle(), events, events_a_turn, 0);
  for (int i = 0; i < n; ++i) {
    const std::uint32_t flags = events[i].events;
    handler::readiness readiness;
    readiness.has_ended = (flags & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    readiness.readable = readiness.has_ended || (flags & EPOLLIN) != 0;
    readiness.writable = (flags & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    static_cast<handler*>(events[i].data.ptr)->on_ready(readiness);
  }
}

}  // namespace lingerd
