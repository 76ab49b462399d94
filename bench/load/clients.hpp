#pragma once

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/load/connection.hpp"

namespace load {

// The connections of a load, by number, and one epoll instance that watches them all. Owns both.
class clients {
 public:
  clients() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::runtime_error(std::string("epoll: ") + std::strerror(errno));
  }
  ~clients() { ::close(epoll_); }
  clients(const clients&) = delete;
  clients& operator=(const clients&) = delete;

  // Opens a connection; its number is the count of those before it.
  connection& add(int port) {
    connections_.push_back(std::make_unique<connection>(port));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = connections_.size() - 1;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back()->fd(), &event);
    return *connections_.back();
  }

  connection& operator[](std::size_t i) { return *connections_[i]; }
  std::size_t size() const { return connections_.size(); }

  // Waits at most `timeout_ms`, then calls `handler(i)` for each readable connection.
  template <class Handler>
  void wait(int timeout_ms, Handler handler) {
    epoll_event events[512];
    const int count = ::epoll_wait(epoll_, events, 512, timeout_ms);
    for (int k = 0; k < count; ++k) handler(static_cast<std::size_t>(events[k].data.u64));
  }

 private:
  int epoll_;
  std::vector<std::unique_ptr<connection>> connections_;
};

}  // namespace load
