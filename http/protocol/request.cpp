#include "http/protocol/request.hpp"

#include <algorithm>
#include <cctype>
#include <limits>

namespace lingerd {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '+') {
      out += ' ';
    } else if (s[i] == '%') {
      const int high = i + 2 < s.size() ? hex(s[i + 1]) : -1;
      const int low = i + 2 < s.size() ? hex(s[i + 2]) : -1;
      if (high < 0 || low < 0) return {};
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}

}  // namespace

std::string_view http_request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view http_request::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

void http_request::clear() {
  method = method::other;
  target.clear();
  for (std::string& f : fields) f.clear();
  body.clear();
  keep_alive = is_http_1_1 = has_host = false;
}

std::optional<std::string> value_of(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const auto end = form.find('&');
    const std::string_view pair = form.substr(0, end);
    form = end == std::string_view::npos ? std::string_view() : form.substr(end + 1);
    if (pair.size() > name.size()) {
      if (pair[name.size()] == '=' && pair.starts_with(name)) {
        return percent_decoded(pair.substr(name.size() + 1));
      }
    } else if (pair == name) {
      return std::string();
    }
  }
  return std::nullopt;
}

std::string_view cookie_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = header.find(';');
    std::string_view pair = header.substr(0, end);
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    while (!pair.empty() && pair.back() == ' ') pair.remove_suffix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

std::optional<std::uint64_t> digits(std::string_view s) {
  constexpr auto max = std::numeric_limits<std::uint64_t>::max();
  if (s.empty()) return std::nullopt;
  std::uint64_t n = 0;
  for (const char c : s) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto d = static_cast<std::uint64_t>(c - '0');
    n = n > (max - d) / 10 ? max : n * 10 + d;
  }
  return n;
}

bool is_json(const http_request& r) {
  const std::string& type = r[field::content_type];
  constexpr std::string_view json = "application/json";
  if (type.size() < json.size()) return false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = type[i] >= 'A' && type[i] <= 'Z' ? static_cast<char>(type[i] + 32) : type[i];
    if (c != json[i]) return false;
  }
  return type.size() == json.size() || type[json.size()] == ';' || type[json.size()] == ' ';
}

namespace {

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

// Takes the part before the first separator off `rest`.
std::string_view take_part(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return trimmed(part);
}

bool is_same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// ";q=0", which refuses what it follows.
bool has_no_weight(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view p = take_part(parameters, ';');
    if (p.size() < 3 || !is_same_word(p.substr(0, 2), "q=")) continue;
    return p.find_first_of("123456789") == std::string_view::npos;
  }
  return false;
}

bool is_host_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos;
}

// A registered name or an IPv4 address, percent-encoded where needed.
bool is_host_name(std::string_view s) {
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (is_host_char(s[i])) continue;
    if (s[i] != '%' || i + 2 >= s.size() || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0) return false;
    i += 2;
  }
  return true;
}

// "[::1]", without its brackets.
bool is_ip_literal(std::string_view s) {
  const auto is_char = [](char c) { return is_host_char(c) || c == ':'; };
  return !s.empty() && std::all_of(s.begin(), s.end(), is_char);
}

}  // namespace

bool lists_word(std::string_view header, std::string_view word) {
  while (!header.empty()) {
    std::string_view item = take_part(header, ',');
    if (is_same_word(take_part(item, ';'), word) && !has_no_weight(item)) return true;
  }
  return false;
}

bool is_host(std::string_view value) {
  std::string_view port;
  bool is_named = true;
  if (value.starts_with('[')) {
    const auto end = value.find(']');
    if (end == std::string_view::npos || !is_ip_literal(value.substr(1, end - 1))) return false;
    port = value.substr(end + 1);
    is_named = port.empty() || port.front() == ':';
  } else {
    const auto colon = value.find(':');
    if (!is_host_name(value.substr(0, colon))) return false;
    if (colon != std::string_view::npos) port = value.substr(colon);
  }
  if (!port.empty()) port.remove_prefix(1);
  return is_named &&
         std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool split_absolute_form(std::string& target, std::string& authority) {
  const auto mark = target.find("://");
  if (mark == std::string::npos) return true;
  const std::string_view scheme = std::string_view(target).substr(0, mark);
  if (!is_same_word(scheme, "http") && !is_same_word(scheme, "https")) return true;
  const std::size_t first = mark + 3;
  const std::size_t end = std::min(target.find_first_of("/?#", first), target.size());
  authority.assign(target, first, end - first);
  if (authority.empty() || authority.front() == ':' || !is_host(authority)) return false;
  target.erase(0, end);
  if (target.empty() || target.front() != '/') target.insert(0, 1, '/');
  return true;
}

}  // namespace lingerd
