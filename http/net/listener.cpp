#include "http/net/listener.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "core/base/log.hpp"
#include "http/net/socket_stream.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr int backlog = 4096;      // the kernel cuts it to net.core.somaxconn
constexpr int burst_max = 256;     // connections of one turn; the rest of the loop runs after them
constexpr auto rest_time = 100ms;  // before the next try, where there is no room or no descriptor

tcp::endpoint endpoint_of(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) {
    throw std::runtime_error("\"" + address + "\" is not ADDRESS:PORT");
  }
  std::string host = address.substr(0, colon);
  const std::string port_text = address.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  if (host == "localhost") host = "127.0.0.1";
  if (host.empty() || host == "*") host = "0.0.0.0";
  error_code ec;
  const auto ip = asio::ip::make_address(host, ec);
  const bool digits_only =
      !port_text.empty() && port_text.find_first_not_of("0123456789") == std::string::npos;
  if (ec || !digits_only || port_text.size() > 5 || std::stoul(port_text) > 65535) {
    throw std::runtime_error("\"" + address + "\" is not ADDRESS:PORT");
  }
  return {ip, static_cast<unsigned short>(std::stoul(port_text))};
}

}  // namespace

listener::listener(asio_loop& loop, const std::string& address,
                   std::chrono::milliseconds silence_time, stream_handler on_stream,
                   room_check has_room, bool is_v6_only)
    : loop_(loop),
      on_stream_(std::move(on_stream)),
      has_room_(std::move(has_room)),
      acceptor_(loop.context()),
      rest_timer_(*this) {
  const tcp::endpoint endpoint = endpoint_of(address);
  error_code ec;
  const auto require_success = [&](const char* action) {
    if (ec)
      throw std::runtime_error("cannot " + std::string(action) + " " + address + ": " +
                               ec.message());
  };
  acceptor_.open(endpoint.protocol(), ec);
  require_success("open a socket for");
  // Accepted sockets inherit this option and no_delay.
  const auto silence_ms = static_cast<int>(silence_time.count());
  ::setsockopt(acceptor_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &silence_ms,
               sizeof silence_ms);
  acceptor_.set_option(tcp::no_delay(true), ec);
  acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (is_v6_only) acceptor_.set_option(asio::ip::v6_only(true), ec);
  acceptor_.bind(endpoint, ec);
  require_success("listen on");
  acceptor_.listen(backlog, ec);
  require_success("listen on");
  acceptor_.non_blocking(true, ec);
  require_success("listen on");
  watch();
}

std::string listener::url() const {
  const tcp::endpoint endpoint = acceptor_.local_endpoint();
  std::string host = endpoint.address().to_string();
  if (endpoint.address().is_v6()) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(endpoint.port());
}

void listener::close() {
  rest_timer_.cancel();
  error_code ignored;
  acceptor_.close(ignored);
}

void listener::watch() {
  acceptor_.async_wait(acceptor::wait_read, [this](error_code ec) {
    if (ec) return;  // closed; `this` may be gone
    accept_burst();
    loop_.run_ready();
  });
}

void listener::rest() { loop_.set_timer(rest_timer_, loop_.now() + rest_time); }

void listener::accept_burst() {
  for (int i = 0; i < burst_max; ++i) {
    if (!has_room_()) return rest();
    const int accepted =
        ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      if (short_of_descriptors_.is_under_way() && short_of_descriptors_.pass(loop_.now())) {
        log::info("connections are accepted again");
      }
      on_stream_(socket_stream::make(loop_.sockets(), accepted));
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      const int code = errno;
      if (short_of_descriptors_.show(loop_.now())) {
        log::warning(std::string("connections have to wait: ") + std::strerror(code));
      }
      return rest();
    }
    // Any other error: that connection is gone already.
  }
  watch();
}

bool needs_v6_only(const std::string& address, const std::vector<std::string>& all) {
  const tcp::endpoint own = endpoint_of(address);
  if (!own.address().is_v6() || own.port() == 0) return false;
  return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
    const tcp::endpoint endpoint = endpoint_of(other);
    return endpoint.address().is_v4() && endpoint.port() == own.port();
  });
}

}  // namespace lingerd
