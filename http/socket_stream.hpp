#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include "http/asio_loop.hpp"
#include "http/byte_stream.hpp"

namespace lingerd {

// A connected socket, TCP or Unix. Reads and writes go straight to it; Asio only watches it.
class socket_stream final : public byte_stream {
 public:
  using socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                  asio_loop::executor>;

  static stream_ptr make(asio_loop& on, socket s) {
    return stream_ptr(new socket_stream(on, std::move(s)));
  }

  moved read(std::span<char> into) override;
  moved write(std::string_view from) override;
  void watch_readable(waiter& w) override;
  void watch_writable(waiter& w) override;
  void end_writing() override;
  std::string peer() const override;
  void release() noexcept override;

 private:
  socket_stream(asio_loop& on, socket s) : loop_(on), socket_(std::move(s)) {}
  ~socket_stream() override = default;
  void settled();

  // An operation of Asio's outlives what asked for it: while one is under way the stream stays, with
  // nobody to wake.
  asio_loop& loop_;
  socket socket_;
  waiter* waiter_ = nullptr;
  bool reading_ = false;
  bool writing_ = false;
  bool released_ = false;
};

}  // namespace lingerd
