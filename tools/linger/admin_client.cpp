#include "tools/linger/admin_client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "core/base/text.hpp"
#include "tools/linger/admin/admin.hpp"
#include "tools/linger/daemon.hpp"
#include "tools/linger/node.hpp"

namespace lingerd {

namespace json = boost::json;

namespace {

using namespace std::chrono_literals;

constexpr auto server_start_wait = 10s;  // a starting server has the lock before it listens
constexpr timeval answer_wait{120, 0};

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void throw_errno(const std::string& action) {
  throw std::runtime_error(action + ": " + std::strerror(errno));
}

bool connect_to(int fd, const std::filesystem::path& path) {
  sockaddr_un endpoint{};
  endpoint.sun_family = AF_UNIX;
  const std::string name = path.string();
  if (name.size() >= sizeof endpoint.sun_path)
    throw std::runtime_error("the path is too long: " + name);
  std::memcpy(endpoint.sun_path, name.c_str(), name.size() + 1);
  return ::connect(fd, reinterpret_cast<sockaddr*>(&endpoint), sizeof endpoint) == 0;
}

// Sends one request and reads until the server closes; returns the bytes of the answer.
std::string exchange(int fd, const std::string& request) {
  std::string_view left = request;
  while (!left.empty()) {
    const ssize_t n = ::send(fd, left.data(), left.size(), MSG_NOSIGNAL);
    if (n <= 0) throw_errno("cannot write to the server");
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  std::string answer;
  char part[16384];
  for (;;) {
    const ssize_t n = ::recv(fd, part, sizeof part, 0);
    if (n < 0) throw_errno("cannot read the server's answer");
    if (n == 0) return answer;
    answer.append(part, static_cast<std::size_t>(n));
  }
}

}  // namespace

struct admin_client::direct {
  direct(folder_lock lock, const std::filesystem::path& folder)
      : node(std::move(lock), folder, limits{}, 0ms, {}), commands(node.http().context()) {}
  lingerd::node node;
  admin commands;
};

admin_client::admin_client(std::filesystem::path folder)
    : folder_(std::move(folder)), rights_(folder_) {
  auto lock = try_lock(folder_);
  if (lock) direct_ = std::make_unique<direct>(std::move(*lock), folder_);
}

admin_client::~admin_client() = default;

json::object admin_client::ask_server(const json::object& command) {
  const auto deadline = std::chrono::steady_clock::now() + server_start_wait;
  for (;;) {
    const descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fd.get() < 0) throw_errno("cannot open a socket");
    if (connect_to(fd.get(), admin_socket(folder_))) {
      ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &answer_wait, sizeof answer_wait);
      const std::string body = json::serialize(command);
      const std::string request =
          "POST / HTTP/1.1\r\nHost: local\r\nContent-Type: application/json\r\n"
          "Connection: close\r\nContent-Length: " +
          std::to_string(body.size()) + "\r\n\r\n" + body;
      const std::string answer = exchange(fd.get(), request);
      const auto header_end = answer.find("\r\n\r\n");
      if (header_end == std::string::npos) throw std::runtime_error("the server gave no answer");
      boost::system::error_code ec;
      json::value v = json::parse(answer.substr(header_end + 4), ec);
      if (ec || !v.is_object())
        throw std::runtime_error("the server's answer is not a JSON object");
      json::object& o = v.get_object();
      if (const json::value* error = o.if_contains("error"); error && error->is_object()) {
        json::object refused;
        refused["refused"] = error->get_object().at("code");
        refused["message"] = error->get_object().at("message");
        return refused;
      }
      return std::move(o);
    }
    // The lock's owner does not listen: a server that starts or stops, or another command. It may
    // have released the lock by now.
    if (auto lock = try_lock(folder_)) {
      direct_ = std::make_unique<direct>(std::move(*lock), folder_);
      return run(command);
    }
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("the folder " + folder_.string() +
                               " is in use, and its server does not answer");
    }
    std::this_thread::sleep_for(50ms);
  }
}

json::object admin_client::run(json::object command) {
  if (!direct_) return ask_server(command);
  json::object answer;
  if (const json::value* name = command.if_contains("do"); name && *name == "clock.accept") {
    answer["refused"] = "bad_request";
    answer["message"] =
        "no server runs on this folder: a clock is accepted until the server restarts";
    return answer;
  }
  const auto work = [](admin& commands, json::object o, json::object& result) -> task<void> {
    result = co_await commands.run(std::move(o));
  };
  direct_->node.run_until_done(work(direct_->commands, std::move(command), answer));
  return answer;
}

int print_refusal(const json::object& answer) {
  const json::value* message = answer.if_contains("message");
  const bool has_text = message && message->is_string();
  const std::string text = has_text ? printable(message->get_string()) : "refused";
  std::fprintf(stderr, "linger: %s\n", text.c_str());
  return 1;
}

int run_and_print(const std::filesystem::path& folder, json::object command) {
  admin_client client(folder);
  const json::object answer = client.run(std::move(command));
  if (answer.contains("refused")) return print_refusal(answer);
  if (const json::value* lines = answer.if_contains("lines"); lines && lines->is_array()) {
    for (const json::value& line : lines->get_array()) {
      const std::string text =
          line.is_string() ? printable(line.get_string(), tabs::kept) : std::string();
      std::printf("%s\n", text.c_str());
    }
  }
  return 0;
}

}  // namespace lingerd
