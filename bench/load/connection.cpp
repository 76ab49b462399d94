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

// One for all: there is one thread, and what a connection cannot use yet it copies.
char buffer[64 * 1024];

}  // namespace

connection::connection(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    const int why = errno;
    if (fd_ >= 0) ::close(fd_);
    throw std::runtime_error(std::string("connect: ") + std::strerror(why));
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

connection::~connection() { ::close(fd_); }

void connection::send(std::string_view request) {
  if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    throw std::runtime_error("a request did not go out whole");
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
    if (size < sizeof buffer && kept_.empty()) return {buffer, size};
    kept_.append(buffer, size);
    if (size < sizeof buffer) break;
  }
  return kept_;
}

void connection::keep(std::string_view left) {
  if (left.empty()) {
    kept_.clear();
  } else if (left.data() != kept_.data()) {
    kept_ = std::string(left);  // by way of a copy: `left` may lie inside
  }
}

bool connection::cut(std::string_view& left, answer& a) {
  const auto end = left.find("\r\n\r\n");
  if (end == left.npos) return false;
  a.head = left.substr(0, end + 2);
  const std::string_view length = a.field("Content-Length");
  if (length.empty() && !a.field("Transfer-Encoding").empty()) {
    throw std::runtime_error("an answer came without its length");
  }
  const auto size = number_of<std::size_t>(length);
  if (left.size() < end + 4 + size) return false;
  a.body = left.substr(end + 4, size);
  a.status = number_of<int>(left.substr(std::string_view("HTTP/1.1 ").size(), 3));
  left.remove_prefix(end + 4 + size);
  return true;
}

}  // namespace load
