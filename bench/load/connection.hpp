#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bench/load/answer.hpp"

namespace load {

// One kept-alive connection to 127.0.0.1. It owns its socket, which never blocks once connected.
// Whatever goes wrong throws std::runtime_error: a load without one of its connections is no load.
class connection {
 public:
  explicit connection(int port);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  // Sends a whole request. REQUIRES: it fits the socket's buffer, as one request after an answer
  // does.
  void send(std::string_view request);

  // Reads what there is and calls `got(answer)` for each whole answer. `got` may send.
  template <class Got>
  void receive(Got got) {
    std::string_view left = read();
    answer a;
    while (cut(left, a)) got(a);
    keep(left);
  }

  // Reads what there is, as bytes: for what is no longer HTTP. Valid until the next read of any
  // connection; the caller gives back, with `keep`, what it cannot use yet.
  std::string_view read();
  void keep(std::string_view left);

  int fd() const { return fd_; }

 private:
  // Cuts the first answer off `left`, by its Content-Length; false while it is not whole.
  static bool cut(std::string_view& left, answer& a);

  int fd_;
  std::string kept_;  // the start of an answer that is not whole yet; mostly empty
};

}  // namespace load
