#include "sim/client/tcp_connector.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "http/net/socket_stream.hpp"
#include "sim/client/metered_stream.hpp"

namespace lingerd::sim {

address address_of(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) {
    throw std::runtime_error("\"" + url + "\" is not an address of the form http://HOST:PORT");
  }
  address a;
  a.host = url.substr(scheme.size());
  if (a.host.ends_with('/')) a.host.pop_back();
  std::string name = a.host;
  std::string port = "80";
  const std::size_t colon = name.rfind(':');
  if (colon != std::string::npos && name.find(']', colon) == std::string::npos) {
    port = name.substr(colon + 1);
    name.resize(colon);
  }
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* addresses = nullptr;
  const int failed = ::getaddrinfo(name.c_str(), port.c_str(), &hints, &addresses);
  if (failed != 0) throw std::runtime_error("cannot find " + url + ": " + ::gai_strerror(failed));
  std::memcpy(&a.socket_address, addresses->ai_addr, addresses->ai_addrlen);
  a.length = addresses->ai_addrlen;
  ::freeaddrinfo(addresses);
  return a;
}

task<stream_ptr> tcp_connector::connect(waiter& w) {
  const int family = address_.socket_address.ss_family;
  const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    why_ = std::string("cannot create a socket: ") + std::strerror(errno);
    co_return stream_ptr();
  }
  const int enabled = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &enabled, sizeof enabled);
  const int result =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address_.socket_address), address_.length);
  const int error = result == 0 ? 0 : errno;
  if (error != 0 && error != EINPROGRESS) {
    ::close(fd);
    why_ = std::strerror(error);
    co_return stream_ptr();
  }
  stream_ptr bare = socket_stream::make(loop_.sockets(), fd);
  stream_ptr stream = metered_stream::make(std::move(bare), fd, counted_);
  if (error == EINPROGRESS) {
    w.clear(wake::writable);
    stream->watch_writable(w);
    co_await w.wait(wake::writable | wake::timeout | wake::closing);
    int failure = 0;
    socklen_t length = sizeof failure;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length);
    if (failure == 0 && !has(w.reasons(), wake::writable)) failure = ETIMEDOUT;
    w.clear(wake::writable);
    if (failure != 0) {
      why_ = std::strerror(failure);
      co_return stream_ptr();
    }
  }
  ++counted_.connections;
  co_return std::move(stream);
}

}  // namespace lingerd::sim
