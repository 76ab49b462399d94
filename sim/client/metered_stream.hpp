#pragma once

#include "sim/client/connector.hpp"

namespace lingerd::sim {

// A stream that adds its bytes to `counted`, and at its close the kernel's TCP figures. Owns the
// inner stream; `counted` outlives it.
class metered_stream final : public byte_stream {
 public:
  // `socket` is the descriptor below `inner`.
  static stream_ptr make(stream_ptr inner, int socket, wire_counts& counted) {
    return stream_ptr(new metered_stream(std::move(inner), socket, counted));
  }

  transfer read(std::span<char> buffer) override {
    const transfer t = inner_->read(buffer);
    counted_.bytes_received += t.bytes;
    return t;
  }
  transfer write(std::string_view bytes) override {
    const transfer t = inner_->write(bytes);
    counted_.bytes_sent += t.bytes;
    return t;
  }
  void watch_readable(waiter& w) override { inner_->watch_readable(w); }
  void watch_writable(waiter& w) override { inner_->watch_writable(w); }
  void end_writing() override { inner_->end_writing(); }
  std::string peer() const override { return inner_->peer(); }
  void release() noexcept override {
    counted_.tcp.add(read_tcp_usage(socket_));
    delete this;
  }

 private:
  metered_stream(stream_ptr inner, int socket, wire_counts& counted)
      : inner_(std::move(inner)), socket_(socket), counted_(counted) {}
  ~metered_stream() override = default;

  stream_ptr inner_;
  const int socket_;
  wire_counts& counted_;
};

}  // namespace lingerd::sim
