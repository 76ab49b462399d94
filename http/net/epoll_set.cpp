#include "http/net/epoll_set.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "http/net/asio_loop.hpp"

namespace lingerd {
namespace {

constexpr int told_at_once = 256;  // then whatever else the loop has at hand has its turn
constexpr std::uint32_t reading = EPOLLIN | EPOLLRDHUP | EPOLLET;

int made_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return set;
}

epoll_event asked(std::uint32_t what, socket_watch::watched& who) {
  epoll_event e{};
  e.events = what;
  e.data.ptr = &who;
  return e;
}

}  // namespace

socket_watch::socket_watch(asio_loop& on, boost::asio::io_context& context)
    : loop_(on), set_(context, made_set()) {
  wait();
}

bool socket_watch::add(int descriptor, watched& who) {
  epoll_event e = asked(reading, who);
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, descriptor, &e) == 0;
}

void socket_watch::ask_writable(int descriptor, watched& who) {
  epoll_event e = asked(reading | EPOLLOUT, who);
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, descriptor, &e);
}

void socket_watch::wait() {
  set_.async_wait(set_.wait_read, [this](boost::system::error_code ec) {
    if (ec) return;  // closed; `this` may be gone
    tell();
    loop_.run_ready();
    wait();
  });
}

void socket_watch::tell() {
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
