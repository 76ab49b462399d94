#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/base/log_state.hpp"
#include "core/loop/owned_timer.hpp"
#include "http/net/asio_loop.hpp"
#include "http/net/byte_stream.hpp"

namespace lingerd {

// Accepts TCP connections at one address, in bursts, as long as there is room for them. The server
// owns it; on the loop's thread. Out of descriptors, it logs a warning and tries again later.
class listener {
 public:
  using stream_handler = std::function<void(stream_ptr)>;
  // Whether there is room for another connection.
  using room_check = std::function<bool()>;

  // `address`: "127.0.0.1:8080", "[::1]:0", ":8080" (every address); port 0 means any free port.
  // Throws std::runtime_error with a sentence for the operator. The kernel closes a connection
  // whose bytes stay unacknowledged for `silence_time`: without that, a phone without network would
  // hold its place for a quarter of an hour. An IPv6 address takes IPv4 connections too
  // ("[::]:8080" alone serves both) unless `is_v6_only`.
  listener(asio_loop& loop, const std::string& address, std::chrono::milliseconds silence_time,
           stream_handler on_stream, room_check has_room, bool is_v6_only = false);
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  // "http://127.0.0.1:34567"
  std::string url() const;
  // Accepts no more connections. Accepted streams stay open.
  void close();

 private:
  using acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, asio_loop::executor>;
  void watch();
  void accept_burst();
  void rest();

  asio_loop& loop_;
  stream_handler on_stream_;
  room_check has_room_;
  acceptor acceptor_;
  owned_timer<listener, &listener::watch> rest_timer_;
  log_state short_of_descriptors_;
};

// Whether an IPv6 `address` must leave IPv4 alone because one of `all` is an IPv4 address with the
// same port: the kernel would refuse the second of the two. Throws like the listener.
bool needs_v6_only(const std::string& address, const std::vector<std::string>& all);

}  // namespace lingerd
