#include "http/net/epoll_set.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace lingerd {
namespace {

constexpr int told_at_once = 256;  // then whatever else the loop has at hand has its turn
constexpr std::uint32_t reading = EPOLLIN | EPOLLRDHUP | EPOLLET;

int made_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return set;
}

epoll_event asked(std::uint32_t what, epoll_set::watched& who) {
  epoll_event e{};
  e.events = what;
  e.data.ptr = &who;
  return e;
}

}  // namespace

epoll_set::epoll_set(lingerd::loop& loop, boost::asio::io_context& context)
    : loop_(loop), set_(context, made_set()) {
  wait();
}

bool epoll_set::add(int descriptor, watched& who) {
  epoll_event e = asked(reading, who);
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, descriptor, &e) == 0;
}

void epoll_set::ask_writable(int descriptor, watched& who) {
  epoll_event e = asked(reading | EPOLLOUT, who);
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, descriptor, &e);
}

void epoll_set::wait() {
  set_.async_wait(set_.wait_read, [this](boost::system::error_code ec) {
    if (ec) return;  // closed; `this` may be gone
    tell();
    loop_.run_ready();
    wait();
  });
}

void epoll_set::tell() {
  epoll_event events[told_at_once];
  const int n = ::epoll_wait(set_.native_handle(), events, told_at_once, 0);
  for (int i = 0; i < n; ++i) {
    const std::uint32_t is = events[i].events;
    watched::ready now;
    now.has_ended = (is & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    now.readable = now.has_ended || (is & EPOLLIN) != 0;
    now.writable = (is & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    static_cast<watched*>(events[i].data.ptr)->on_ready(now);
  }
}

}  // namespace lingerd
