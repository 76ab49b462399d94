#include "sim/virtual_wire.hpp"

#include <algorithm>
#include <cstring>

namespace lingerd {
namespace {

// One direction: bytes in the air, bytes that have arrived, who waits at either end of it.
class direction {
 public:
  direction(loop& on, instant latency, std::size_t room, int arrives_at, const wire_watch& watch)
      : loop_(on),
        latency_(latency),
        room_(room),
        arrives_at_(arrives_at),
        watch_(watch),
        next_([](timer& t) { static_cast<arrival&>(t).owner.arrive(); }, *this) {}

  byte_stream::moved write(std::string_view bytes) {
    using status = byte_stream::status;
    if (closed_by_reader_) return {0, status::ended};
    const std::size_t used = flying_bytes_ + arrived_.size();
    const std::size_t n = std::min(bytes.size(), room_ > used ? room_ - used : 0);
    if (n == 0) return {0, bytes.empty() ? status::moved : status::blocked};
    send({loop_.now() + latency_, std::string(bytes.substr(0, n))});
    return {n, status::moved};
  }

  void end() {
    if (ended_by_writer_) return;
    ended_by_writer_ = true;
    send({loop_.now() + latency_, {}});
  }

  byte_stream::moved read(std::span<char> into) {
    using status = byte_stream::status;
    if (arrived_.empty()) return {0, at_end_ ? status::ended : status::blocked};
    const std::size_t n = std::min(into.size(), arrived_.size());
    std::memcpy(into.data(), arrived_.data(), n);
    arrived_.erase(0, n);
    if (writer_) std::exchange(writer_, nullptr)->signal(wake::writable);
    return {n, status::moved};
  }

  void watch_reader(waiter& w) {
    reader_ = &w;
    tell_reader();
  }
  void watch_writer(waiter& w) {
    writer_ = &w;
    if (closed_by_reader_ || flying_bytes_ + arrived_.size() < room_) {
      std::exchange(writer_, nullptr)->signal(wake::writable);
    }
  }
  void forget_reader() {
    reader_ = nullptr;
    closed_by_reader_ = true;
    if (writer_) std::exchange(writer_, nullptr)->signal(wake::writable);
  }
  void forget_writer() { writer_ = nullptr; }

 private:
  struct arrival : timer {
    arrival(callback c, direction& d) : timer(c), owner(d) {}
    direction& owner;
  };
  struct piece {
    instant at;
    std::string bytes;  // empty: the end
  };

  void send(piece p) {
    flying_bytes_ += p.bytes.size();
    flying_.push_back(std::move(p));
    if (flying_.size() == 1) loop_.set_timer(next_, flying_.front().at);
  }

  void arrive() {
    piece p = std::move(flying_.front());
    flying_.pop_front();
    flying_bytes_ -= p.bytes.size();
    if (!flying_.empty()) loop_.set_timer(next_, flying_.front().at);
    if (watch_.arrived) watch_.arrived(loop_.now(), arrives_at_, p.bytes);
    if (p.bytes.empty()) {
      at_end_ = true;
    } else {
      arrived_ += p.bytes;
    }
    tell_reader();
  }

  void tell_reader() {
    if (reader_ && (at_end_ || !arrived_.empty())) {
      std::exchange(reader_, nullptr)->signal(wake::readable);
    }
  }

  loop& loop_;
  const instant latency_;
  const std::size_t room_;
  const int arrives_at_;
  const wire_watch& watch_;
  arrival next_;
  std::deque<piece> flying_;
  std::size_t flying_bytes_ = 0;
  std::string arrived_;
  waiter* reader_ = nullptr;
  waiter* writer_ = nullptr;
  bool ended_by_writer_ = false;
  bool closed_by_reader_ = false;
  bool at_end_ = false;
};

struct wire {
  wire(loop& on, instant latency, std::size_t room, wire_watch w)
      : watch(std::move(w)),
        to_accepter(on, latency, room, 1, watch),
        to_connecter(on, latency, room, 0, watch) {}
  wire_watch watch;
  direction to_accepter;
  direction to_connecter;
};

class wire_end final : public byte_stream {
 public:
  wire_end(std::shared_ptr<wire> w, direction& in, direction& out)
      : wire_(std::move(w)), in_(in), out_(out) {}

  moved read(std::span<char> into) override { return in_.read(into); }
  moved write(std::string_view from) override { return out_.write(from); }
  void watch_readable(waiter& w) override { in_.watch_reader(w); }
  void watch_writable(waiter& w) override { out_.watch_writer(w); }
  void end_writing() override { out_.end(); }
  std::string peer() const override { return "virtual"; }
  void release() noexcept override {
    in_.forget_reader();
    out_.forget_writer();
    out_.end();
    delete this;
  }

 private:
  ~wire_end() override = default;
  std::shared_ptr<wire> wire_;
  direction& in_;
  direction& out_;
};

}  // namespace

std::pair<stream_ptr, stream_ptr> make_virtual_wire(loop& on, instant latency, std::size_t room,
                                                    wire_watch watch) {
  auto w = std::make_shared<wire>(on, latency, room, std::move(watch));
  stream_ptr connecter(new wire_end(w, w->to_connecter, w->to_accepter));
  stream_ptr accepter(new wire_end(w, w->to_accepter, w->to_connecter));
  return {std::move(connecter), std::move(accepter)};
}

}  // namespace lingerd
