#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

// Writes JSON by appending to a string. The hot path builds every event once, this way.
namespace lingerd::json_writer {

// Appends `s` quoted. REQUIRES: well-formed UTF-8.
void quote(std::string& out, std::string_view s);

// Appends "2026-11-22T21:48:35.123Z", quoted.
void timestamp(std::string& out, wall_ms t);

template <std::integral N>
void number(std::string& out, N n) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, n).ptr;
  out.append(digits, end);
}

inline void boolean(std::string& out, bool b) { out += b ? "true" : "false"; }

}  // namespace lingerd::json_writer
