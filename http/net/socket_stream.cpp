#include "http/net/socket_stream.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/log.hpp"

namespace lingerd {
namespace {

// A socket that does not block is never interrupted by a signal.
byte_stream::moved outcome(ssize_t n) {
  using status = byte_stream::status;
  if (n > 0) return {static_cast<std::size_t>(n), status::moved};
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    return {0, status::blocked};
  }
  return {0, status::ended};
}

}  // namespace

socket_stream::socket_stream(socket_watch& by, int descriptor)
    : watch_(by), descriptor_(descriptor) {
  if (watch_.add(descriptor_, *this)) return;
  log::warning("cannot watch one more connection");
  ::shutdown(descriptor_, SHUT_RDWR);
  may_read_ = has_ended_ = true;
}

byte_stream::moved socket_stream::read(std::span<char> into) {
  if (!may_read_) return {0, status::blocked};
  const moved m = outcome(::recv(descriptor_, into.data(), into.size(), 0));
  if (m.how == status::blocked || (!has_ended_ && m.bytes < into.size())) may_read_ = false;
  return m;
}

byte_stream::moved socket_stream::write(std::string_view from) {
  if (from.empty()) return {0, status::moved};
  return outcome(::send(descriptor_, from.data(), from.size(), MSG_NOSIGNAL));
}

void socket_stream::watch_readable(waiter& w) {
  waiter_ = &w;
  wants_read_ = !may_read_;
  if (may_read_) w.signal(wake::readable);
}

void socket_stream::watch_writable(waiter& w) {
  waiter_ = &w;
  wants_write_ = true;
  watch_.ask_writable(descriptor_, *this);
}

void socket_stream::on_ready(ready now) {
  has_ended_ = has_ended_ || now.has_ended;
  may_read_ = may_read_ || now.readable;
  if (wants_read_ && may_read_) {
    wants_read_ = false;
    waiter_->signal(wake::readable);
  }
  if (wants_write_ && now.writable) {
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
