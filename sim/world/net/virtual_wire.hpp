#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/loop/owned_timer.hpp"
#include "core/loop/timer_wheel.hpp"
#include "http/net/byte_stream.hpp"
#include "sim/client/connector.hpp"
#include "sim/world/net/wire_context.hpp"

namespace lingerd::sim {

// One connection of a virtual network: two directions of bytes and two ends, all in this object. It
// deletes itself when the second end is released. An idle wire costs its own size and nothing else:
// bytes in flight or unread are segments, one heap block each, in one list per direction:
//
//   unread (arrived, read from the front) ─► in flight, by arrival ─► last written
//
// Invariants: (1) segments of one direction arrive in the order of sending, whatever delays them;
// (2) `buffered` is the sum of all bytes in the list, and at most the window; (3) the timer is set
// for the first segment in flight, unless the wire is dead.
class virtual_wire : public boost::intrusive::list_base_hook<
                         boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // An established connection. `counts` receives what the client does; it and `context` outlive the
  // wire.
  virtual_wire(wire_context& context, std::uint32_t number, wire_counts& counts);
  ~virtual_wire();
  virtual_wire(const virtual_wire&) = delete;
  virtual_wire& operator=(const virtual_wire&) = delete;

  stream_ptr client_end() { return stream_ptr(&ends_[0]); }
  stream_ptr server_end() { return stream_ptr(&ends_[1]); }

  // The server's process or machine is gone; see network::lose_server.
  void lose_server(bool silent);
  // A server listens again: it answers segments that the client has sent meanwhile with a reset.
  void server_is_back();
  // Cancels everything that was drawn for this connection, except that it is dead.
  void heal();

 private:
  enum : std::size_t { client = 0, server = 1 };
  enum class segment_kind : std::uint8_t { bytes, fin, reset, reset_both };

  struct segment {
    segment* next = nullptr;
    instant arrives_at{};
    std::uint32_t size = 0;
    std::uint32_t consumed = 0;  // bytes that the reader has taken
    segment_kind kind = segment_kind::bytes;
    char* bytes() { return reinterpret_cast<char*>(this + 1); }
  };

  class end final : public byte_stream {
   public:
    transfer read(std::span<char> buffer) override { return wire->read(side, buffer); }
    transfer write(std::string_view data) override { return wire->write(side, data); }
    void watch_readable(waiter& w) override { wire->watch_readable(side, w); }
    void watch_writable(waiter& w) override { wire->watch_writable(side, w); }
    void end_writing() override { wire->send_fin(side); }
    std::string peer() const override { return "virtual"; }
    void release() noexcept override { wire->release(side); }
    ~end() override = default;
    virtual_wire* wire = nullptr;
    std::size_t side = 0;
  };

  // From one end to the other. The timer is the next arrival; on a dead wire, the moment to give
  // up.
  struct direction : timer {
    direction(callback c, virtual_wire& w) : timer(c), wire(w) {}
    virtual_wire& wire;
    segment* unread = nullptr;     // the list's front
    segment* in_flight = nullptr;  // the first that has not arrived
    segment* tail = nullptr;
    std::uint64_t bytes_per_s = 0;
    instant last_arrival{};  // of the newest segment
    instant free_at{};       // when the line has taken everything that was sent
    instant ack_due{-1};     // when the receiver acknowledges alone, unless piggybacked; -1: never
    waiter* reader = nullptr;
    waiter* writer = nullptr;
    std::uint32_t buffered = 0;
    std::uint32_t held_by_proxy = 0;
    std::uint8_t full_segments = 0;  // since the last acknowledgement
    bool fin_sent = false;
    bool fin_arrived = false;
  };

  // The ends (virtual_wire.cpp).
  byte_stream::transfer read(std::size_t side, std::span<char> buffer);
  byte_stream::transfer write(std::size_t side, std::string_view data);
  void watch_readable(std::size_t side, waiter& w);
  void watch_writable(std::size_t side, waiter& w);
  void send_fin(std::size_t side);
  void release(std::size_t side) noexcept;
  void wake_reader(direction& d);
  void wake_writer(direction& d);
  bool is_lost_end(std::size_t side) const { return side == server && server_is_gone_; }

  direction& outgoing(std::size_t side) { return directions_[side]; }
  direction& incoming(std::size_t side) { return directions_[1 - side]; }
  std::size_t sender_of(const direction& d) const {
    return &d == &directions_[client] ? client : server;
  }

  // Segments on their way (virtual_wire_segments.cpp).
  static segment* make_segment(std::size_t size, segment_kind kind);
  static void remove(direction& d, segment* s);
  void send_piece(std::size_t side, std::string_view data);
  instant draw_arrival(direction& d, std::size_t size, std::uint32_t& retransmissions);
  void append(direction& d, segment* s);
  void release_held(direction& d);
  void arm(direction& d);
  void arrive(direction& d);
  void drop_all(direction& d);

  // Ends that fail (virtual_wire_failures.cpp).
  void reset_both();
  void send_reset(std::size_t side);
  void arm_give_up(direction& d);
  void give_up(std::size_t side);
  void check_idle();

  // What TCP counts, and what a tap sees (virtual_wire_tcp.cpp).
  void tap_handshake();
  void tap_segment(std::size_t side, const segment& s, std::uint8_t flags, bool lost);
  void count_sent(std::size_t side, std::size_t size, std::uint32_t retransmissions);
  void count_reset();
  void count_close(bool is_abrupt);
  void acknowledge(direction& d, std::size_t size);
  void piggyback_ack(direction& d);
  void count_pure_ack(direction& d, instant sent_at);

  wire_context& context_;
  wire_counts& counts_;
  tcp_usage tcp_;
  end ends_[2];
  direction directions_[2];  // by the sending side
  std::unique_ptr<owned_timer<virtual_wire, &virtual_wire::check_idle>> idle_;
  instant last_byte_at_{};
  const std::uint32_t number_;
  bool is_held_[2] = {true, true};
  bool sees_reset_[2] = {false, false};
  bool is_dead_ = false;  // half-open: nothing arrives any more
  bool server_is_gone_ = false;
  bool is_silent_ = false;               // the server went with a power cut
  bool client_sent_to_silence_ = false;  // and the client has sent something since
  bool has_buffering_proxy_ = false;     // which holds the server's bytes
};

}  // namespace lingerd::sim
