#pragma once

#include <string>
#include <string_view>

namespace lingerd::sim {

// A text in Chinese and English; not markup.
struct phrase {
  std::string zh, en;
};

// A constant phrase. Does not compile if a language is missing.
struct fixed_phrase {
  consteval fixed_phrase(std::string_view zh, std::string_view en) : zh(zh), en(en) {
    if (zh.empty() || en.empty()) throw "a language is missing";
  }
  operator phrase() const { return {std::string(zh), std::string(en)}; }
  std::string_view zh, en;
};

// A text that is the same in both languages: a name, a number with its unit.
inline phrase same(std::string text) { return {text, text}; }

// Adds a space to Chinese text wherever a Latin letter or digit is next to a Chinese character.
std::string with_air(std::string_view zh);

inline phrase operator+(phrase a, const phrase& b) {
  a.zh += b.zh;
  a.en += b.en;
  return a;
}

}  // namespace lingerd::sim
