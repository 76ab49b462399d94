#include "http/net/local_listener.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

#include <stdexcept>

#include "http/net/socket_stream.hpp"

namespace lingerd {

using boost::system::error_code;

namespace {
constexpr std::chrono::milliseconds rest_time{100};
}

local_listener::local_listener(asio_loop& loop, std::filesystem::path path,
                               std::function<void(stream_ptr)> on_stream)
    : loop_(loop),
      path_(std::move(path)),
      on_stream_(std::move(on_stream)),
      acceptor_(loop.context()),
      rest_timer_(*this) {
  error_code ec;
  const auto require_success = [&] {
    if (ec) throw std::runtime_error("cannot listen on " + path_.string() + ": " + ec.message());
  };
  if (path_.native().size() > 100) {
    throw std::runtime_error("the data folder's path is too long for a Unix socket: " +
                             path_.string());
  }
  std::error_code ignored;
  // The file is a killed server's: this process holds the folder's lock.
  std::filesystem::remove(path_, ignored);
  acceptor_.open(protocol(), ec);
  require_success();
  const mode_t earlier_mask = ::umask(0177);  // not even for a moment open to other users
  acceptor_.bind(protocol::endpoint(path_.string()), ec);
  ::umask(earlier_mask);
  require_success();
  acceptor_.listen(16, ec);
  require_success();
  acceptor_.non_blocking(true, ec);
  watch();
}

local_listener::~local_listener() { close(); }

void local_listener::close() {
  rest_timer_.cancel();
  if (!acceptor_.is_open()) return;
  error_code ignored;
  acceptor_.close(ignored);
  std::error_code also_ignored;
  std::filesystem::remove(path_, also_ignored);
}

void local_listener::watch() {
  acceptor_.async_wait(acceptor_.wait_read, [this](error_code ec) {
    if (ec) return;
    const int accepted =
        ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      on_stream_(socket_stream::make(loop_.sockets(), accepted));
      watch();
    } else {
      // Most likely there is no free descriptor: without a rest this would be a busy loop.
      loop_.set_timer(rest_timer_, loop_.now() + rest_time);
    }
    loop_.run_ready();
  });
}

}  // namespace lingerd
