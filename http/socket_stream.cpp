#include "http/socket_stream.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>

namespace lingerd {
namespace {

byte_stream::moved outcome(ssize_t n) {
  using status = byte_stream::status;
  if (n > 0) return {static_cast<std::size_t>(n), status::moved};
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    return {0, status::blocked};
  }
  return {0, status::ended};
}

}  // namespace

byte_stream::moved socket_stream::read(std::span<char> into) {
  return outcome(::recv(socket_.native_handle(), into.data(), into.size(), 0));
}

byte_stream::moved socket_stream::write(std::string_view from) {
  if (from.empty()) return {0, status::moved};
  return outcome(::send(socket_.native_handle(), from.data(), from.size(), MSG_NOSIGNAL));
}

void socket_stream::watch_readable(waiter& w) {
  waiter_ = &w;
  if (reading_) return;
  reading_ = true;
  socket_.async_wait(socket::wait_read, [this](boost::system::error_code) {
    reading_ = false;
    if (released_) return settled();
    waiter_->signal(wake::readable);
    loop_.run_ready();
  });
}

void socket_stream::watch_writable(waiter& w) {
  waiter_ = &w;
  if (writing_) return;
  writing_ = true;
  socket_.async_wait(socket::wait_write, [this](boost::system::error_code) {
    writing_ = false;
    if (released_) return settled();
    waiter_->signal(wake::writable);
    loop_.run_ready();
  });
}

void socket_stream::end_writing() { ::shutdown(socket_.native_handle(), SHUT_WR); }

std::string socket_stream::peer() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  char text[NI_MAXHOST];
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const auto& s = const_cast<socket&>(socket_);
  if (::getpeername(const_cast<socket&>(s).native_handle(), generic, &length) != 0) return "?";
  if (address.ss_family == AF_UNIX) return "local";
  if (::getnameinfo(generic, length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) {
    return "?";
  }
  return text;
}

void socket_stream::release() noexcept {
  released_ = true;
  waiter_ = nullptr;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (!reading_ && !writing_) delete this;
}

void socket_stream::settled() {
  if (!reading_ && !writing_) delete this;
}

}  // namespace lingerd
