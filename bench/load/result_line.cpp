#include "bench/load/result_line.hpp"

#include <sys/resource.h>

#include <cstdio>

namespace load {

void result_line::add(std::string_view name, std::string_view word) {
  append_field(name, word, json_);
}

void result_line::add(std::string_view name, std::size_t count) {
  append_field(name, std::to_string(count), false);
}

void result_line::add(std::string_view name, double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", value);
  append_field(name, text, false);
}

void result_line::add_interval(microseconds_t start, microseconds_t end) {
  add("counted_from_us", static_cast<std::size_t>(start));
  add("counted_until_us", static_cast<std::size_t>(end));
}

void result_line::print() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  add("generator_cpu_s", seconds(usage.ru_utime) + seconds(usage.ru_stime));
  std::printf(json_ ? "{%s}\n" : "%s\n", line_.c_str());
  std::fflush(stdout);
}

void result_line::append_field(std::string_view name, std::string_view text, bool quoted) {
  if (!line_.empty()) line_ += json_ ? "," : " ";
  const std::string_view name_quote = json_ ? "\"" : "";
  line_.append(name_quote).append(name).append(name_quote).append(json_ ? ":" : "=");
  if (quoted) line_ += '"';
  line_ += text;
  if (quoted) line_ += '"';
}

}  // namespace load
