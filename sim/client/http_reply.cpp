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

std::string_view http_answer::field(std::string_view name) const {
  std::size_t at = head.find("\r\n");
  while (at != std::string_view::npos && at + 2 < head.size()) {
    const std::size_t from = at + 2;
    at = head.find("\r\n", from);
    const std::string_view line = head.substr(from, at - from);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same(line.substr(0, colon), name)) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    return value;
  }
  return {};
}

answer_got read_head(std::string_view arrived, http_answer& into) {
  const std::size_t end = arrived.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return arrived.size() > head_bytes_max ? answer_got::bad : answer_got::need_more;
  }
  into.head = arrived.substr(0, end + 4);
  if (!arrived.starts_with("HTTP/1.") || end < 12) return answer_got::bad;
  const auto read = std::from_chars(arrived.data() + 9, arrived.data() + 12, into.status);
  if (read.ec != std::errc() || into.status < 100) return answer_got::bad;
  into.closes = same(into.field("Connection"), "close") || arrived[7] == '0';
  return answer_got::whole;
}

answer_got read_answer(std::string_view arrived, http_answer& into) {
  if (const answer_got head = read_head(arrived, into); head != answer_got::whole) return head;
  std::size_t length = 0;
  if (into.status != 204 && into.status != 304) {
    const std::string_view text = into.field("Content-Length");
    const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || read.ec != std::errc() || length > body_bytes_max) return answer_got::bad;
  }
  if (arrived.size() < into.head.size() + length) return answer_got::need_more;
  into.body = arrived.substr(into.head.size(), length);
  return answer_got::whole;
}

}  // namespace lingerd::sim
