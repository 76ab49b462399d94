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

bool lists_word(std::string_view header, std::string_view word) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(header.begin(), header.end(), word.begin(), word.end(), same) != header.end();
}

}  // namespace lingerd
