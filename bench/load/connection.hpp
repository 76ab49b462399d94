#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bench/load/response.hpp"

namespace load {

// A kept-alive HTTP connection to 127.0.0.1. Owns its socket, which is non-blocking once connected.
// Every error throws std::runtime_error: without one of its connections a load measures nothing.
class connection {
 public:
  explicit connection(int port);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  // Sends a complete request. REQUIRES: it fits the socket's send buffer; a single request sent
  // after the previous response does.
  void send(std::string_view request);

  // Reads the available bytes and calls `handler(response)` for each complete response. `handler`
  // may send.
  template <class Handler>
  void receive(Handler handler) {
    std::string_view rest = read();
    response parsed;
    while (take_response(rest, parsed)) handler(parsed);
    keep(rest);
  }

  // For streams, which are no longer HTTP responses: reads the available bytes, those kept before
  // them included. Valid until the next read of any connection; the caller passes what it cannot
  // use yet to `keep`.
  std::string_view read();
  void keep(std::string_view rest);

  int fd() const { return fd_; }

 private:
  // Takes the first response off `rest`, by its Content-Length; false while it is incomplete.
  static bool take_response(std::string_view& rest, response& parsed);

  int fd_;
  std::string unread_;  // the start of an incomplete response; mostly empty
};

}  // namespace load
