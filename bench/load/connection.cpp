#include "bench/load/connection.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace load {
namespace {

// Shared by all connections: there is one thread, and bytes that have to wait are copied to the
// connection.
char buffer[64 * 1024];

}  // namespace

connection::connection(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    if (fd_ >= 0) ::close(fd_);
    throw std::runtime_error(std::string("connect: ") + std::strerror(error));
  }
  const int enabled = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &enabled, sizeof enabled);
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

connection::~connection() { ::close(fd_); }

void connection::send(std::string_view request) {
  if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    throw std::runtime_error("a request could not be sent completely");
  }
}

std::string_view connection::read() {
  std::size_t size = 0;
  for (;;) {
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n == 0) throw std::runtime_error("the server closed a connection");
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) throw std::runtime_error(std::string("recv: ") + std::strerror(errno));
      break;
    }
    size = static_cast<std::size_t>(n);
    if (size < sizeof buffer && unread_.empty()) return {buffer, size};
    unread_.append(buffer, size);
    if (size < sizeof buffer) break;
  }
  return unread_;
}

void connection::keep(std::string_view rest) {
  if (rest.empty()) {
    unread_.clear();
  } else if (rest.data() != unread_.data()) {
    unread_ = std::string(rest);  // through a copy: `rest` may be a part of kept_
  }
}

bool connection::take_response(std::string_view& rest, response& parsed) {
  const auto end = rest.find("\r\n\r\n");
  if (end == rest.npos) return false;
  parsed.head = rest.substr(0, end + 2);
  const std::string_view length = parsed.field("Content-Length");
  if (length.empty() && !parsed.field("Transfer-Encoding").empty()) {
    throw std::runtime_error("a response has no Content-Length");
  }
  const auto size = parse_number<std::size_t>(length);
  if (rest.size() < end + 4 + size) return false;
  parsed.body = rest.substr(end + 4, size);
  parsed.status = parse_number<int>(rest.substr(std::string_view("HTTP/1.1 ").size(), 3));
  rest.remove_prefix(end + 4 + size);
  return true;
}

}  // namespace load
