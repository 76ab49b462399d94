#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

#include "core/base/json_writer.hpp"

namespace lingerd::sim {

// JSON for people: indented down to a depth, one line below it, numbers as a person writes them
// (Boost.JSON makes 3E1 of thirty).
class json_writer {
 public:
  explicit json_writer(int indented_depth) : indented_depth_(indented_depth) {}

  void open(char bracket) {
    out_ += bracket;
    ++depth_;
    is_first_ = true;
  }
  void close(char bracket) {
    if (!is_first_ && is_indented()) new_line(depth_ - 1);
    --depth_;
    out_ += bracket;
    is_first_ = false;
  }
  // Before each value of a list.
  void next() {
    if (!is_first_) out_ += is_indented() ? "," : ", ";
    is_first_ = false;
    if (is_indented()) new_line(depth_);
  }
  void key(std::string_view name) {
    next();
    json_out::quote(out_, name);
    out_ += ": ";
  }

  void value(std::string_view s) { json_out::quote(out_, s); }
  void value(const std::string& s) { json_out::quote(out_, s); }
  void value(bool b) { json_out::boolean(out_, b); }
  void value(double d) {
    // JSON has no infinity; a quotient by nothing is nothing.
    if (!std::isfinite(d)) d = 0;
    char digits[32];
    // Six digits after the point are below every noise, and 0.1 + 0.2 stays 0.3.
    const double rounded = std::abs(d) < 1e9 ? std::round(d * 1e6) / 1e6 : d;
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, rounded).ptr);
  }
  template <std::integral N>
  void value(N n) {
    json_out::number(out_, n);
  }
  void null() { out_ += "null"; }

  std::string take() { return std::move(out_); }

 private:
  bool is_indented() const { return depth_ <= indented_depth_; }
  void new_line(int depth) {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(2 * depth), ' ');
  }

  std::string out_;
  int indented_depth_;
  int depth_ = 0;
  bool is_first_ = true;
};

}  // namespace lingerd::sim
