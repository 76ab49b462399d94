#include "sim/client/http_reply.hpp"

#include <boost/beast/core/string.hpp>
#include <charconv>

namespace lingerd::sim {
namespace {

constexpr std::size_t head_bytes_max = 16 * 1024;
constexpr std::size_t body_bytes_max = 64 * 1024 * 1024;

bool same(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

}  // namespace

std::string_view http_reply::field(std::string_view name) const {
  std::size_t offset = head.find("\r\n");
  while (offset != std::string_view::npos && offset + 2 < head.size()) {
    const std::size_t begin = offset + 2;
    offset = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, offset - begin);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same(line.substr(0, colon), name)) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    return value;
  }
  return {};
}

reply_status read_head(std::string_view arrived, http_reply& reply) {
  const std::size_t end = arrived.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return arrived.size() > head_bytes_max ? reply_status::bad : reply_status::need_more;
  }
  reply.head = arrived.substr(0, end + 4);
  if (!arrived.starts_with("HTTP/1.") || end < 12) return reply_status::bad;
  const auto read = std::from_chars(arrived.data() + 9, arrived.data() + 12, reply.status);
  if (read.ec != std::errc() || reply.status < 100) return reply_status::bad;
  reply.closes = same(reply.field("Connection"), "close") || arrived[7] == '0';
  return reply_status::complete;
}

reply_status read_answer(std::string_view arrived, http_reply& reply) {
  if (const reply_status head = read_head(arrived, reply); head != reply_status::complete)
    return head;
  std::size_t length = 0;
  if (reply.status != 204 && reply.status != 304) {
    const std::string_view text = reply.field("Content-Length");
    const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || read.ec != std::errc() || length > body_bytes_max) return reply_status::bad;
  }
  if (arrived.size() < reply.head.size() + length) return reply_status::need_more;
  reply.body = arrived.substr(reply.head.size(), length);
  return reply_status::complete;
}

}  // namespace lingerd::sim
