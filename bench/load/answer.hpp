#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace load {

// One whole HTTP answer. The views live until the connection that read it reads again.
struct answer {
  int status = 0;
  std::string_view head;  // the status line and the fields, each with its line's end
  std::string_view body;

  // The value of a field, spelled as servers spell it; empty without one.
  std::string_view field(std::string_view name) const {
    for (auto at = head.find(name); at != head.npos; at = head.find(name, at + 1)) {
      const auto after = at + name.size();
      if (at > 0 && head[at - 1] == '\n' && head.substr(after, 2) == ": ") {
        return head.substr(after + 2, head.find("\r\n", after) - after - 2);
      }
    }
    return {};
  }
};

template <class Number>
Number number_of(std::string_view digits) {
  Number n{};
  std::from_chars(digits.data(), digits.data() + digits.size(), n);
  return n;
}

// The number right after `key` in a JSON text.
inline std::optional<long long> number_after(std::string_view json, std::string_view key) {
  const auto at = json.find(key);
  if (at == json.npos) return std::nullopt;
  return number_of<long long>(json.substr(at + key.size()));
}

}  // namespace load
