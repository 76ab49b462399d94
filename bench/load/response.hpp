#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace load {

// A complete HTTP response. The views are valid until the connection that read it reads again.
struct response {
  int status = 0;
  std::string_view head;  // the status line and the fields, each with its line end
  std::string_view body;

  bool is_success() const { return status >= 200 && status <= 202; }

  // The value of a header field, or an empty view. The name is case-sensitive, spelled as the
  // servers send it.
  std::string_view field(std::string_view name) const {
    for (auto start = head.find(name); start != head.npos; start = head.find(name, start + 1)) {
      const auto end = start + name.size();
      if (start > 0 && head[start - 1] == '\n' && head.substr(end, 2) == ": ") {
        return head.substr(end + 2, head.find("\r\n", end) - end - 2);
      }
    }
    return {};
  }
};

// The number at the start of `digits`; 0 if there is none.
template <class Number>
Number parse_number(std::string_view digits) {
  Number n{};
  std::from_chars(digits.data(), digits.data() + digits.size(), n);
  return n;
}

// The number directly after the first `key` in a JSON text.
inline std::optional<long long> number_after(std::string_view json, std::string_view key) {
  const auto start = json.find(key);
  if (start == json.npos) return std::nullopt;
  return parse_number<long long>(json.substr(start + key.size()));
}

}  // namespace load
