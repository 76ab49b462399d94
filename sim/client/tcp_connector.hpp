#pragma once

#include <sys/socket.h>

#include "http/net/asio_loop.hpp"
#include "sim/client/connector.hpp"

namespace lingerd::sim {

// http://HOST[:PORT][/]
struct address {
  std::string host;  // as in a Host header: "127.0.0.1:8080"
  sockaddr_storage socket_address{};
  socklen_t length = 0;
};
// Throws std::runtime_error if the URL is malformed or the name unknown.
address address_of(const std::string& url);

// Connects over TCP and counts the traffic of every connection in `counted`. All references outlive
// it.
class tcp_connector final : public connector {
 public:
  tcp_connector(asio_loop& loop, const sim::address& address, wire_counts& counted)
      : loop_(loop), address_(address), counted_(counted) {}

  task<stream_ptr> connect(waiter& w) override;

 private:
  asio_loop& loop_;
  const address address_;
  wire_counts& counted_;
};

}  // namespace lingerd::sim
