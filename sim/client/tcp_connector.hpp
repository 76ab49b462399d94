#pragma once

#include <sys/socket.h>

#include "http/net/asio_loop.hpp"
#include "sim/client/connector.hpp"

namespace lingerd::sim {

// http://HOST[:PORT][/]
struct address {
  std::string host;  // as a Host header names it: "127.0.0.1:8080"
  sockaddr_storage where{};
  socklen_t length = 0;
};
// Throws std::runtime_error where it is none, or the name is unknown.
address address_of(const std::string& url);

// Dials over TCP, and counts on every connection.
class tcp_dialler final : public dialler {
 public:
  tcp_dialler(asio_loop& on, const address& to, wire_counts& counted)
      : loop_(on), to_(to), counted_(counted) {}

  task<stream_ptr> dial(waiter& w) override;

 private:
  asio_loop& loop_;
  const address to_;
  wire_counts& counted_;
};

}  // namespace lingerd::sim
