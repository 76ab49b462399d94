#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <functional>

#include "core/loop/owned_timer.hpp"
#include "http/net/asio_loop.hpp"
#include "http/net/byte_stream.hpp"

namespace lingerd {

// Accepts connections at a Unix socket that only the user of the process may use. The server owns
// it; on the loop's thread. The destructor and close() remove the file.
class local_listener {
 public:
  // Throws std::runtime_error with a sentence for the operator.
  local_listener(asio_loop& loop, std::filesystem::path path,
                 std::function<void(stream_ptr)> on_stream);
  ~local_listener();
  local_listener(const local_listener&) = delete;
  local_listener& operator=(const local_listener&) = delete;

  void close();

 private:
  using protocol = boost::asio::local::stream_protocol;
  void watch();

  asio_loop& loop_;
  std::filesystem::path path_;
  std::function<void(stream_ptr)> on_stream_;
  boost::asio::basic_socket_acceptor<protocol, asio_loop::executor> acceptor_;
  owned_timer<local_listener, &local_listener::watch> rest_timer_;
};

}  // namespace lingerd
