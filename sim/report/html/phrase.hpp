#pragma once

#include <string>
#include <string_view>

namespace lingerd::sim {

// The same in both languages. Text, not markup.
struct phrase {
  std::string zh, en;
};

// A fixed one. Both languages are there, or it does not compile.
struct fixed_phrase {
  consteval fixed_phrase(std::string_view zh, std::string_view en) : zh(zh), en(en) {
    if (zh.empty() || en.empty()) throw "a language is missing";
  }
  operator phrase() const { return {std::string(zh), std::string(en)}; }
  std::string_view zh, en;
};

// The same text in both languages: a name, a number with its unit.
inline phrase same(std::string text) { return {text, text}; }

// Chinese text with a space wherever a Latin letter or digit stands beside a Chinese character.
std::string with_air(std::string_view zh);

inline phrase operator+(phrase a, const phrase& b) {
  a.zh += b.zh;
  a.en += b.en;
  return a;
}

}  // namespace lingerd::sim
