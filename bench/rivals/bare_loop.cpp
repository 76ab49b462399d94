// bare_loop PORT: the limit of this kernel, for a server on one thread.
//
// One epoll, fixed answers, nothing parsed but the channel's number right after the path, no rules,
// no store. It relies on what the load program does: each request arrives whole and alone.
//
//   GET  /sub?id=N   waits for the next message of channel N
//   POST /pub?id=N   answers all who wait there; with nobody there the next to ask gets it
//   anything else    [] at once
//
// Prints "listening" when it does.
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
  std::string kept;          // bodies that came while nobody waited
};

struct message {
  int from;
  std::size_t to;
  std::string body;
};

struct loop {
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  int listener = none;
  std::vector<channel> channels = std::vector<channel>(1 << 16);
  std::vector<int> waits_in = std::vector<int>(1 << 20, none);  // by socket: its channel
  std::string out;
  // Of this turn. A message goes out after all polls that were sent before it, since nobody here
  // has a cursor to ask for what he missed.
  std::vector<message> arrived;
};

void send_all(int fd, std::string_view bytes) {
  (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void answer_into(std::string& out, std::string_view body) {
  out = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += "\r\n\r\n";
  out += body;
}

void accept_all(loop& l) {
  for (;;) {
    const int fd = ::accept4(l.listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.fd = fd;
    ::epoll_ctl(l.epoll, EPOLL_CTL_ADD, fd, &e);
  }
}

void gone(loop& l, int fd) {
  int& where = l.waits_in[static_cast<std::size_t>(fd)];
  if (where != none) std::erase(l.channels[static_cast<std::size_t>(where)].waiting, fd);
  where = none;
  ::close(fd);
}

void subscribe(loop& l, int fd, std::size_t id) {
  channel& c = l.channels[id];
  if (!c.kept.empty()) {
    answer_into(l.out, c.kept);
    c.kept.clear();
    return send_all(fd, l.out);
  }
  c.waiting.push_back(fd);
  l.waits_in[static_cast<std::size_t>(fd)] = static_cast<int>(id);
}

void publish(loop& l, int fd, std::size_t id, std::string_view body) {
  channel& c = l.channels[id];
  if (c.waiting.empty()) c.kept += body;
  answer_into(l.out, body);
  for (const int who : c.waiting) {
    l.waits_in[static_cast<std::size_t>(who)] = none;
    send_all(who, l.out);
  }
  c.waiting.clear();
  send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

void readable(loop& l, int fd) {
  static char buffer[64 * 1024];
  const ssize_t n = ::recv(fd, buffer, sizeof buffer - 1, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return gone(l, fd);
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
  send_all(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]");
}

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 1 << 20);
  ::setrlimit(RLIMIT_NOFILE, &files);

  loop l;
  l.listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(l.listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(l.listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
      ::listen(l.listener, 16384) != 0) {
    std::perror("bare_loop");
    return 1;
  }
  epoll_event e{};
  e.events = EPOLLIN;
  e.data.fd = l.listener;
  ::epoll_ctl(l.epoll, EPOLL_CTL_ADD, l.listener, &e);
  std::puts("listening");
  std::fflush(stdout);

  static epoll_event events[4096];
  for (;;) {
    const int n = ::epoll_wait(l.epoll, events, 4096, -1);
    for (int i = 0; i < n; ++i) {
      if (events[i].data.fd == l.listener) {
        accept_all(l);
      } else {
        readable(l, events[i].data.fd);
      }
    }
    for (const message& m : l.arrived) publish(l, m.from, m.to, m.body);
    l.arrived.clear();
  }
}
