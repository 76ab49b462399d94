// bare_loop PORT: the upper limit of a server with one thread on this kernel.
//
// One epoll instance and fixed responses; no rules, no storage, and nothing parsed but the
// channel's number after the path. It relies on the load generator: each request arrives complete
// and alone.
//
//   GET  /sub?id=N   waits for the next message of channel N
//   POST /pub?id=N   answers all polls that wait there; without any, keeps the message for the next
//   anything else    [] at once
//
// Prints "listening" once it accepts connections.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr int none = -1;

struct channel {
  std::vector<int> waiting;  // sockets
  std::string unread;        // bodies that arrived while no poll waited
};

struct message {
  int publisher;  // a socket
  std::size_t channel;
  std::string body;
};

struct loop {
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  int listener = none;
  std::vector<channel> channels = std::vector<channel>(1 << 16);
  std::vector<int> channel_of = std::vector<int>(1 << 20, none);  // by socket, while it waits
  std::string response;
  // Messages of this turn, published after all requests of the turn are read: polls have no cursor,
  // so a poll that was sent before a message must be waiting when the message goes out.
  std::vector<message> arrived;
};

void send_bytes(int fd, std::string_view bytes) {
  (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void set_response(std::string& response, std::string_view body) {
  response = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
  response += std::to_string(body.size());
  response += "\r\n\r\n";
  response += body;
}

void accept_all(loop& l) {
  for (;;) {
    const int fd = ::accept4(l.listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int enabled = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &enabled, sizeof enabled);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(l.epoll, EPOLL_CTL_ADD, fd, &event);
  }
}

void close_connection(loop& l, int fd) {
  int& id = l.channel_of[static_cast<std::size_t>(fd)];
  if (id != none) std::erase(l.channels[static_cast<std::size_t>(id)].waiting, fd);
  id = none;
  ::close(fd);
}

void subscribe(loop& l, int fd, std::size_t id) {
  channel& c = l.channels[id];
  if (!c.unread.empty()) {
    set_response(l.response, c.unread);
    c.unread.clear();
    return send_bytes(fd, l.response);
  }
  c.waiting.push_back(fd);
  l.channel_of[static_cast<std::size_t>(fd)] = static_cast<int>(id);
}

void publish(loop& l, int fd, std::size_t id, std::string_view body) {
  channel& c = l.channels[id];
  if (c.waiting.empty()) c.unread += body;
  set_response(l.response, body);
  for (const int subscriber : c.waiting) {
    l.channel_of[static_cast<std::size_t>(subscriber)] = none;
    send_bytes(subscriber, l.response);
  }
  c.waiting.clear();
  send_bytes(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

void on_readable(loop& l, int fd) {
  static char buffer[64 * 1024];
  const ssize_t n = ::recv(fd, buffer, sizeof buffer - 1, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return close_connection(l, fd);
  buffer[n] = 0;
  const std::string_view request(buffer, static_cast<std::size_t>(n));
  const auto end = request.find("\r\n\r\n");
  if (end == request.npos) return;
  constexpr std::string_view sub = "GET /sub?id=", pub = "POST /pub?id=";
  const auto id = [&](std::string_view path) {
    return std::strtoul(buffer + path.size(), nullptr, 10) % l.channels.size();
  };
  if (request.starts_with(sub)) return subscribe(l, fd, id(sub));
  if (request.starts_with(pub)) {
    l.arrived.push_back({fd, id(pub), std::string(request.substr(end + 4))});
    return;
  }
  send_bytes(fd,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]");
}

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 1 << 20);
  ::setrlimit(RLIMIT_NOFILE, &files);

  loop l;
  l.listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int enabled = 1;
  ::setsockopt(l.listener, SOL_SOCKET, SO_REUSEADDR, &enabled, sizeof enabled);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(l.listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(l.listener, 16384) != 0) {
    std::perror("bare_loop");
    return 1;
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = l.listener;
  ::epoll_ctl(l.epoll, EPOLL_CTL_ADD, l.listener, &event);
  std::puts("listening");
  std::fflush(stdout);

  static epoll_event events[4096];
  for (;;) {
    const int n = ::epoll_wait(l.epoll, events, 4096, -1);
    for (int i = 0; i < n; ++i) {
      if (events[i].data.fd == l.listener) {
        accept_all(l);
      } else {
        on_readable(l, events[i].data.fd);
      }
    }
    for (const message& m : l.arrived) publish(l, m.publisher, m.channel, m.body);
    l.arrived.clear();
  }
}
