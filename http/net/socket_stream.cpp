#include "http/net/socket_stream.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/check.hpp"
#include "core/base/log.hpp"

namespace lingerd {
namespace {

// A signal never interrupts a call on a non-blocking socket: EINTR does not occur.
byte_stream::transfer outcome(ssize_t n) {
  using status = byte_stream::status;
  if (n > 0) return {static_cast<std::size_t>(n), status::moved};
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    return {0, status::blocked};
  }
  return {0, status::ended};
}

}  // namespace

socket_stream::socket_stream(epoll_set& epoll, int descriptor)
    : epoll_(epoll), descriptor_(descriptor) {
  if (epoll_.add(descriptor_, *this)) return;
  log::warning("cannot watch one more connection");
  ::shutdown(descriptor_, SHUT_RDWR);
  may_read_ = has_ended_ = true;
}

byte_stream::transfer socket_stream::read(std::span<char> buffer) {
  if (!may_read_) return {0, status::blocked};
  const transfer t = outcome(::recv(descriptor_, buffer.data(), buffer.size(), 0));
  if (t.status == status::blocked || (!has_ended_ && t.bytes < buffer.size())) may_read_ = false;
  return t;
}

byte_stream::transfer socket_stream::write(std::string_view bytes) {
  if (bytes.empty()) return {0, status::moved};
  return outcome(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void socket_stream::watch_readable(waiter& w) {
  CHECK(waiter_ == nullptr || waiter_ == &w);
  waiter_ = &w;
  wants_read_ = !may_read_;
  if (may_read_) w.signal(wake::readable);
}

void socket_stream::watch_writable(waiter& w) {
  CHECK(waiter_ == nullptr || waiter_ == &w);
  waiter_ = &w;
  wants_write_ = true;
  epoll_.ask_writable(descriptor_, *this);
}

void socket_stream::on_ready(readiness readiness) {
  has_ended_ = has_ended_ || readiness.has_ended;
  may_read_ = may_read_ || readiness.readable;
  if (wants_read_ && may_read_) {
    wants_read_ = false;
    waiter_->signal(wake::readable);
  }
  if (wants_write_ && readiness.writable) {
    wants_write_ = false;
    waiter_->signal(wake::writable);
  }
}

void socket_stream::end_writing() { ::shutdown(descriptor_, SHUT_WR); }

std::string socket_stream::peer() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  char text[NI_MAXHOST];
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::getpeername(descriptor_, generic, &length) != 0) return "?";
  if (address.ss_family == AF_UNIX) return "local";
  if (::getnameinfo(generic, length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) {
    return "?";
  }
  return text;
}

void socket_stream::release() noexcept {
  ::close(descriptor_);
  delete this;
}

}  // namespace lingerd
