#include "tests/server/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace lingerd::server_tests {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

// Whether the socket can be read before the time is over.
bool is_readable(int fd, steady_clock::time_point end) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now()).count();
    pollfd p{fd, POLLIN, 0};
    const int n = ::poll(&p, 1, left < 0 ? 0 : static_cast<int>(left));
    if (n >= 0) return n > 0;
    if (errno != EINTR) throw std::runtime_error("poll failed");
  }
}

answer parse_header(std::string_view header) {
  answer a;
  if (!header.starts_with("HTTP/1.") || header.size() < 12) {
    throw std::runtime_error("not HTTP: " + std::string(header.substr(0, 80)));
  }
  a.status = std::stoi(std::string(header.substr(9, 3)));
  auto entry = header.find("\r\n");
  while (entry != std::string_view::npos) {
    header.remove_prefix(entry + 2);
    entry = header.find("\r\n");
    const std::string_view line = header.substr(0, entry);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    a.fields.emplace(lower_case(line.substr(0, colon)), value);
  }
  return a;
}

}  // namespace

std::string answer::field(const std::string& name) const {
  const auto entry = fields.find(name);
  return entry == fields.end() ? "" : entry->second;
}

std::string answer::code() const {
  boost::system::error_code ec;
  const json::value v = json::parse(body, ec);
  if (ec || !v.is_object()) return "";
  const json::value* e = v.get_object().if_contains("error");
  return e ? std::string(e->at("code").as_string()) : "";
}

connection::connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string why = std::strerror(errno);
    ::close(fd_);
    throw std::runtime_error("cannot connect: " + why);
  }
  const int enabled = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &enabled, sizeof enabled);
  const timeval longest{20, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
}

connection::~connection() {
  if (fd_ >= 0) ::close(fd_);
}

connection::connection(connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

void connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::runtime_error(std::string("cannot send: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool connection::fill(steady_clock::time_point end) {
  if (!is_readable(fd_, end)) throw std::runtime_error("no answer in time; so far: " + buffer_);
  char part[64 * 1024];
  const ssize_t n = ::recv(fd_, part, sizeof part, 0);
  if (n < 0) throw std::runtime_error(std::string("cannot receive: ") + std::strerror(errno));
  buffer_.append(part, static_cast<std::size_t>(n));
  return n > 0;
}

answer connection::read(bool to_head, milliseconds longest) {
  const auto end = steady_clock::now() + longest;
  const auto more = [&] {
    if (!fill(end)) throw std::runtime_error("closed before the answer; so far: " + buffer_);
  };
  std::size_t offset = 0;
  while ((offset = buffer_.find("\r\n\r\n")) == std::string::npos) more();
  answer a = parse_header(std::string_view(buffer_).substr(0, offset + 2));
  buffer_.erase(0, offset + 4);
  if (to_head || a.status < 200 || a.status == 204 || a.status == 304) return a;
  const std::string length = a.field("content-length");
  if (length.empty()) throw std::runtime_error("the answer has no Content-Length");
  const std::size_t bytes = std::stoul(length);
  while (buffer_.size() < bytes) more();
  a.body = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return a;
}

std::string connection::read_until(std::string_view end, std::chrono::milliseconds longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  std::size_t offset;
  while ((offset = buffer_.find(end)) == std::string::npos) {
    if (!fill(deadline))
      throw std::runtime_error("closed before \"" + std::string(end) + "\" came");
  }
  std::string found = buffer_.substr(0, offset + end.size());
  buffer_.erase(0, offset + end.size());
  return found;
}

std::string connection::read_some(std::chrono::milliseconds longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (buffer_.empty()) {
    if (!fill(deadline)) throw std::runtime_error("closed");
  }
  return std::exchange(buffer_, {});
}

bool connection::is_quiet_for(milliseconds time) {
  return buffer_.empty() && !is_readable(fd_, steady_clock::now() + time);
}

bool connection::is_closed_within(milliseconds time) {
  const auto end = steady_clock::now() + time;
  char part[4096];
  while (is_readable(fd_, end)) {
    if (::recv(fd_, part, sizeof part, 0) <= 0) return true;
  }
  return false;
}

answer connection::get(std::string_view path, std::string_view token) {
  return ask(request("GET", path, token));
}

std::string request(std::string_view method, std::string_view path, std::string_view token,
                    std::string_view body, std::string_view fields) {
  std::string out(method);
  out.append(" ").append(path).append(" HTTP/1.1\r\nHost: linger.test\r\n");
  if (!token.empty()) out.append("Authorization: Bearer ").append(token).append("\r\n");
  if (!body.empty()) out.append("Content-Length: " + std::to_string(body.size()) + "\r\n");
  return out.append(fields).append("\r\n").append(body);
}

std::string json_request(std::string_view method, std::string_view path, std::string_view token,
                         const json::value& body, std::string_view fields) {
  return request(method, path, token, json::serialize(body),
                 "Content-Type: application/json\r\n" + std::string(fields));
}

std::string quoted_for_url(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    out.append({'%', hex[u >> 4], hex[u & 15]});
  }
  return out;
}

answer ask_once(std::uint16_t port, std::string_view bytes) {
  connection c(port);
  return c.ask(bytes);
}

}  // namespace lingerd::server_tests
