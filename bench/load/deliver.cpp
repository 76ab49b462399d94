// deliver: N users each with a parked long poll, P publishers in a closed loop; each publish goes to
// the next user, whose poll is answered and who polls again. Or, with --hold, only the polls.
//
//   deliver --port 8080 --tokens FILE --subscribers 1000 --publishers 16 --seconds 5
//
// The first N users of the token file (linger import --tokens) poll, the next P publish; each
// publisher is a friend of all whom he sends to (bench/load/make_users writes such a file).
// One thread, one epoll. Latency is from the publish's first byte to the poll's answer.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace std::chrono;

struct settings {
  int port = 8080;
  std::string tokens;
  std::size_t subscribers = 1000;
  std::size_t publishers = 16;
  double seconds = 5;
  std::size_t body = 100;
  bool hold = false;
};

struct account {
  std::string id, token;
};

std::vector<account> read_tokens(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::vector<account> all;
  std::string name;
  account a;
  while (in >> name >> a.id >> a.token) all.push_back(a);
  return all;
}

long long now_us() {
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

// One kept-alive connection; answers are cut out by their Content-Length.
class client {
 public:
  client(const account& who, bool subscriber, int port) : who(who), subscriber(subscriber) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
      throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    }
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  }
  ~client() { ::close(fd_); }
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void send(const std::string& request) {
    if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size())) {
      throw std::runtime_error("a request did not go out whole");
    }
  }

  // Reads what there is; calls `got(status, body)` for each whole answer.
  template <class Got>
  void receive(Got got) {
    char part[65536];
    for (;;) {
      const ssize_t n = ::recv(fd_, part, sizeof part, 0);
      if (n == 0) throw std::runtime_error("the server closed a connection");
      if (n < 0) break;
      in_.append(part, static_cast<std::size_t>(n));
      if (n < static_cast<ssize_t>(sizeof part)) break;
    }
    for (;;) {
      const auto head = in_.find("\r\n\r\n");
      if (head == std::string::npos) return;
      const auto at = in_.find("Content-Length: ");
      std::size_t length = 0;
      if (at < head) std::from_chars(in_.data() + at + 16, in_.data() + head, length);
      if (in_.size() < head + 4 + length) return;
      const std::string body = in_.substr(head + 4, length);
      const int status = std::atoi(in_.c_str() + 9);
      in_.erase(0, head + 4 + length);
      got(status, body);
    }
  }

  int fd() const { return fd_; }
  const account who;
  const bool subscriber;

 private:
  int fd_;
  std::string in_;
};

class load {
 public:
  explicit load(settings s) : s_(std::move(s)), users_(read_tokens(s_.tokens)) {
    if (users_.size() < s_.subscribers + s_.publishers) {
      throw std::runtime_error("the token file has too few users");
    }
    epoll_ = ::epoll_create1(0);
    read_start();
    cursors_.assign(s_.subscribers, start_cursor_);
  }
  ~load() { ::close(epoll_); }
  load(const load&) = delete;
  load& operator=(const load&) = delete;

  void run() {
    for (std::size_t i = 0; i < s_.subscribers; ++i) {
      add(i, true);
      poll(i);
    }
    for (std::size_t i = 0; i < s_.publishers && !s_.hold; ++i) add(s_.subscribers + i, false);
    ::usleep(500'000);
    if (s_.hold) {
      std::printf("holding %zu polls for %.0f s\n", s_.subscribers, s_.seconds);
      std::fflush(stdout);
      ::usleep(static_cast<useconds_t>(s_.seconds * 1e6));
      return;
    }
    const long long begin = now_us();
    end_ = begin + static_cast<long long>(s_.seconds * 1e6);
    for (std::size_t i = 0; i < s_.publishers; ++i) publish(s_.subscribers + i);
    while (now_us() < end_ + 300'000) turn();
    report(static_cast<double>(end_ - begin) / 1e6);
  }

 private:
  void add(std::size_t i, bool subscriber) {
    clients_.push_back(std::make_unique<client>(users_[i], subscriber, s_.port));
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u64 = i;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_.back()->fd(), &e);
  }

  std::string head(const char* line, std::size_t user) const {
    return std::string(line) + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
           users_[user].token + "\r\n";
  }

  void read_start() {
    client c(users_[0], true, s_.port);
    c.send(head("GET /api/start", 0) + "\r\n");
    bool done = false;
    const long long until = now_us() + 5'000'000;
    while (!done && now_us() < until) {
      c.receive([&](int, const std::string& body) {
        const auto e = body.find("\"epoch\":\"");
        const auto n = body.find("\"cursor\":");
        epoch_ = body.substr(e + 9, body.find('"', e + 9) - e - 9);
        start_cursor_ = std::atoll(body.c_str() + n + 9);
        done = true;
      });
    }
    if (!done) throw std::runtime_error("no answer to /api/start");
  }

  void poll(std::size_t i) {
    clients_[i]->send(head(("GET /api/events?after=" + std::to_string(cursors_[i]) + "&epoch=" +
                            epoch_ + "&wait=100")
                               .c_str(),
                           i) +
                      "\r\n");
  }

  void publish(std::size_t i) {
    const std::size_t to = next_;
    next_ = (next_ + 1) % s_.subscribers;
    std::string body = R"({"type":"single","to":)" + users_[to].id + R"(,"msg":")" +
                       std::to_string(now_us()) + " ";
    if (body.size() + 2 < s_.body) body.append(s_.body - body.size() - 2, 'x');
    body += "\"}";
    clients_[i]->send(head("POST /api/messages", i) +
                      "Content-Type: application/json\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body);
    ++sent_;
  }

  void turn() {
    epoll_event events[512];
    const int n = ::epoll_wait(epoll_, events, 512, 10);
    for (int k = 0; k < n; ++k) {
      const auto i = static_cast<std::size_t>(events[k].data.u64);
      clients_[i]->receive([&](int status, const std::string& body) {
        if (clients_[i]->subscriber) {
          polled(i, body);
        } else {
          ++acknowledged_;
          if (status != 201) ++refused_;
          if (now_us() < end_) publish(i);
        }
      });
    }
  }

  void polled(std::size_t i, const std::string& body) {
    const long long now = now_us();
    const auto next = body.find("\"next\":");
    if (next != std::string::npos) cursors_[i] = std::atoll(body.c_str() + next + 7);
    for (auto at = body.find("\"msg\":\""); at != std::string::npos;
         at = body.find("\"msg\":\"", at + 1)) {
      latency_us_.push_back(now - std::atoll(body.c_str() + at + 7));
    }
    poll(i);
  }

  void report(double seconds) {
    std::sort(latency_us_.begin(), latency_us_.end());
    const auto at = [&](double q) {
      if (latency_us_.empty()) return 0LL;
      const auto i = static_cast<std::size_t>(q * static_cast<double>(latency_us_.size()));
      return latency_us_[std::min(i, latency_us_.size() - 1)];
    };
    std::printf(
        "subscribers=%zu publishers=%zu sent=%zu acknowledged=%zu refused=%zu delivered=%zu "
        "messages/s=%.0f deliver_us p50=%lld p99=%lld max=%lld\n",
        s_.subscribers, s_.publishers, sent_, acknowledged_, refused_, latency_us_.size(),
        static_cast<double>(latency_us_.size()) / seconds, at(0.5), at(0.99), at(1));
  }

  settings s_;
  std::vector<account> users_;
  int epoll_ = -1;
  std::vector<std::unique_ptr<client>> clients_;
  std::vector<long long> cursors_;
  std::string epoch_;
  long long start_cursor_ = 0;
  long long end_ = 0;
  std::size_t next_ = 0, sent_ = 0, acknowledged_ = 0, refused_ = 0;
  std::vector<long long> latency_us_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("deliver: parked polls, and messages that end them");
  settings s;
  program.add_option("--port", s.port);
  program.add_option("--tokens", s.tokens)->required();
  program.add_option("--subscribers", s.subscribers);
  program.add_option("--publishers", s.publishers);
  program.add_option("--seconds", s.seconds)->check(CLI::Range(0.1, 600.0));
  program.add_option("--body", s.body);
  program.add_flag("--hold", s.hold, "Only hold the polls, for looking at the server's memory");
  CLI11_PARSE(program, argc, argv);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  try {
    load(s).run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "deliver: %s\n", e.what());
    return 1;
  }
  return 0;
}
