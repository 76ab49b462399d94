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

local_listener::local_listener(asio_loop& loop, std::filesystem::path at,
                               std::function<void(stream_ptr)> take)
    : loop_(loop),
      path_(std::move(at)),
      take_(std::move(take)),
      acceptor_(loop.context()),
      rest_timer_(*this) {
  error_code ec;
  const auto must = [&] {
    if (ec) throw std::runtime_error("cannot listen on " + path_.string() + ": " + ec.message());
  };
  if (path_.native().size() > 100) {
    throw std::runtime_error("the data folder's path is too long for a Unix socket: " +
                             path_.string());
  }
  std::error_code ignored;
  std::filesystem::remove(path_,
                          ignored);  // of a server that was killed; the folder's lock is ours
  acceptor_.open(protocol(), ec);
  must();
  const mode_t before = ::umask(0177);  // never open to others, not even for a moment
  acceptor_.bind(protocol::endpoint(path_.string()), ec);
  ::umask(before);
  must();
  acceptor_.listen(16, ec);
  must();
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
      take_(socket_stream::make(loop_.sockets(), accepted));
      watch();
    } else {
      // No descriptor, most likely: at once again would be a busy loop.
      loop_.set_timer(rest_timer_, loop_.now() + rest_time);
    }
    loop_.run_ready();
  });
}

}  // namespace lingerd
