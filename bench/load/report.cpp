#include "bench/load/report.hpp"

#include <sys/resource.h>

#include <cstdio>

namespace load {

void report::add(std::string_view name, std::string_view word) { field(name, word, json_); }

void report::add(std::string_view name, std::size_t count) {
  field(name, std::to_string(count), false);
}

void report::add(std::string_view name, double figure) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", figure);
  field(name, text, false);
}

void report::add_counted(microseconds_t from, microseconds_t until) {
  add("counted_from_us", static_cast<std::size_t>(from));
  add("counted_until_us", static_cast<std::size_t>(until));
}

void report::print() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  add("generator_cpu_s", seconds(used.ru_utime) + seconds(used.ru_stime));
  std::printf(json_ ? "{%s}\n" : "%s\n", line_.c_str());
  std::fflush(stdout);
}

void report::field(std::string_view name, std::string_view text, bool quoted) {
  if (!line_.empty()) line_ += json_ ? "," : " ";
  const std::string_view mark = json_ ? "\"" : "";
  line_.append(mark).append(name).append(mark).append(json_ ? ":" : "=");
  if (quoted) line_ += '"';
  line_ += text;
  if (quoted) line_ += '"';
}

}  // namespace load
