#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

#include "core/base/json_writer.hpp"

namespace lingerd::sim {

// Writes readable JSON: indented down to a depth and on one line below it, with numbers in decimal
// notation (Boost.JSON writes thirty as 3E1).
class json_document {
 public:
  explicit json_document(int indented_depth) : indented_depth_(indented_depth) {}

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
  // Call before each value of a list.
  void next() {
    if (!is_first_) out_ += is_indented() ? "," : ", ";
    is_first_ = false;
    if (is_indented()) new_line(depth_);
  }
  void key(std::string_view name) {
    next();
    json_writer::quote(out_, name);
    out_ += ": ";
  }

  void value(std::string_view s) { json_writer::quote(out_, s); }
  void value(const std::string& s) { json_writer::quote(out_, s); }
  void value(bool b) { json_writer::boolean(out_, b); }
  void value(double d) {
    // JSON has no infinity; a quotient without a divisor becomes 0.
    if (!std::isfinite(d)) d = 0;
    char digits[32];
    // Six digits after the point are finer than any noise, and keep 0.1 + 0.2 at 0.3.
    const double rounded = std::abs(d) < 1e9 ? std::round(d * 1e6) / 1e6 : d;
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, rounded).ptr);
  }
  template <std::integral N>
  void value(N n) {
    json_writer::number(out_, n);
  }
  void null() { out_ += "null"; }

  std::string take() { return std::move(out_); }

 private:
  bool is_indented() const { return depth_ <= indented_depth_; }
  void new_line(int depth) {
    out_ += '\n';
    out_.append(2 * static_cast<std::size_t>(depth), ' ');
  }

  std::string out_;
  int indented_depth_;
  int depth_ = 0;
  bool is_first_ = true;
};

}  // namespace lingerd::sim
