#pragma once

#include <string>
#include <string_view>

#include "bench/load/timestamp.hpp"

namespace load {

// One line of results on standard output: `a=1 b=2`, or the same as a JSON object.
class result_line {
 public:
  explicit result_line(bool json) : json_(json) {}

  void add(std::string_view name, std::string_view word);
  void add(std::string_view name, std::size_t count);
  void add(std::string_view name, double value);  // with one decimal

  // Adds the start and end of the measured interval, on the machine's monotonic clock. A program
  // that samples the server meanwhile selects its samples by it.
  void add_interval(microseconds_t start, microseconds_t end);

  // Adds the processor time of this process as `generator_cpu_s`, then prints the line.
  void print();

 private:
  void append_field(std::string_view name, std::string_view text, bool quoted);

  bool json_;
  std::string line_;
};

}  // namespace load
