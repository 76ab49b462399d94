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

// The connections of a load, by number, and the one epoll that watches them all.
class crowd {
 public:
  crowd() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) throw std::runtime_error(std::string("epoll: ") + std::strerror(errno));
  }
  ~crowd() { ::close(epoll_); }
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;

  // Connects one more; its number is the count of those before it.
  connection& add(int port) {
    all_.push_back(std::make_unique<connection>(port));
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u64 = all_.size() - 1;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, all_.back()->fd(), &e);
    return *all_.back();
  }

  connection& operator[](std::size_t i) { return *all_[i]; }
  std::size_t size() const { return all_.size(); }

  // Waits at most `timeout_ms`; calls `readable(i)` for each connection with something to read.
  template <class Readable>
  void turn(int timeout_ms, Readable readable) {
    epoll_event events[512];
    const int n = ::epoll_wait(epoll_, events, 512, timeout_ms);
    for (int k = 0; k < n; ++k) readable(static_cast<std::size_t>(events[k].data.u64));
  }

 private:
  int epoll_;
  std::vector<std::unique_ptr<connection>> all_;
};

}  // namespace load
