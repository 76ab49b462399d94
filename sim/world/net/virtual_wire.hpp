#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/loop/timer_wheel.hpp"
#include "http/net/byte_stream.hpp"
#include "sim/client/connector.hpp"

namespace lingerd::sim {

class network;

// One connection of a virtual network: two directions of bytes, two ends. Both ends lie in it; it
// goes when neither is held any more. An idle one costs its own size and nothing else: what is
// under way or unread are segments, one block of memory each, in one list a direction:
//
//   unread (arrived, read from the front) ─► under way, by arrival ─► last written
//
// Invariants: (1) arrivals of one direction keep their order, whatever delays them; (2) `used_` is
// the sum of all bytes in the list, at most the window; (3) the timer is set for the first segment
// under way, unless nothing arrives any more.
class wire : public boost::intrusive::list_base_hook<
                 boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // A connection that is made now. `client` counts what its client does.
  wire(network& in, std::uint32_t number, wire_counts& client);
  ~wire();
  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;

  stream_ptr client_end() { return stream_ptr(&ends_[0]); }
  stream_ptr server_end() { return stream_ptr(&ends_[1]); }

  // The server's machine is gone; see network::lose_server.
  void lose_server(bool silent);
  // A server listens again: what was sent into silence meets a reset.
  void server_is_back();
  // Nothing that was drawn for this connection holds any more, but that it is dead.
  void heal();

 private:
  enum : std::size_t { client = 0, server = 1 };
  enum class what : std::uint8_t { bytes, fin, reset, reset_both };

  struct segment {
    segment* next = nullptr;
    instant at{};
    std::uint32_t size = 0;
    std::uint32_t taken = 0;  // of an arrived one: already read
    what kind = what::bytes;
    char* bytes() { return reinterpret_cast<char*>(this + 1); }
  };

  class end final : public byte_stream {
   public:
    moved read(std::span<char> into) override { return of->read(side, into); }
    moved write(std::string_view from) override { return of->write(side, from); }
    void watch_readable(waiter& w) override { of->watch_readable(side, w); }
    void watch_writable(waiter& w) override { of->watch_writable(side, w); }
    void end_writing() override { of->send_fin(side); }
    std::string peer() const override { return "virtual"; }
    void release() noexcept override { of->release(side); }
    ~end() override = default;
    wire* of = nullptr;
    std::size_t side = 0;
  };

  // What goes from one end to the other.
  struct direction : timer {
    direction(callback c, wire& w) : timer(c), of(w) {}
    wire& of;
    segment* unread = nullptr;     // the list's front
    segment* under_way = nullptr;  // the first of it that has not arrived
    segment* last = nullptr;
    std::uint64_t bytes_per_s = 0;
    instant last_at{};    // when the last one arrives
    instant free_at{};    // when the line has taken what was sent
    instant ack_due{-1};  // a lone acknowledgement by then, unless one rides along; -1: none
    waiter* reader = nullptr;
    waiter* writer = nullptr;
    std::uint32_t used = 0;
    std::uint32_t kept = 0;          // by a proxy
    std::uint8_t full_segments = 0;  // since the last acknowledgement
    bool fin_sent = false;
    bool fin_arrived = false;
  };

  struct idle_watch : timer {
    idle_watch(callback c, wire& w) : timer(c), of(w) {}
    wire& of;
  };

  byte_stream::moved read(std::size_t side, std::span<char> into);
  byte_stream::moved write(std::size_t side, std::string_view from);
  void watch_readable(std::size_t side, waiter& w);
  void watch_writable(std::size_t side, waiter& w);
  void send_fin(std::size_t side);
  void release(std::size_t side) noexcept;

  direction& from(std::size_t side) { return ways_[side]; }
  direction& to(std::size_t side) { return ways_[1 - side]; }
  std::size_t writer_of(const direction& d) const { return &d == &ways_[client] ? client : server; }

  void send_piece(std::size_t side, std::string_view bytes);
  instant arrival_of(direction& d, std::size_t size, std::uint32_t& again);
  void put(direction& d, segment* s);
  void flush_kept(direction& d);
  void arrive(direction& d);
  void arm(direction& d);
  void reset_both();
  void hope(direction& d);
  void give_up(std::size_t side);
  void send_reset_to(std::size_t side);
  void wake_reader(direction& d);
  void wake_writer(direction& d);
  void drop_all(direction& d);
  segment* make(std::size_t size, what kind);
  void acknowledge(direction& d, std::size_t size);
  void ride_along(direction& back);
  void count_lone_ack(direction& d, instant at);
  void tell(std::size_t side, const segment& s, std::uint8_t flags, bool lost);
  void idle_over();

  network& net_;
  wire_counts& counted_;
  tcp_use tcp_;
  end ends_[2];
  direction ways_[2];  // [client]: from the client
  std::unique_ptr<idle_watch> idle_;
  instant last_byte_at_{};
  const std::uint32_t number_;
  bool is_held_[2] = {true, true};
  bool sees_reset_[2] = {false, false};
  bool is_dead_ = false;  // nothing arrives any more
  bool server_is_gone_ = false;
  bool is_silent_ = false;     // gone without a word
  bool met_silence_ = false;   // the client has sent into it
  bool is_kept_back_ = false;  // by a proxy: the server's bytes
};

}  // namespace lingerd::sim
