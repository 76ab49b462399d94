#pragma once

#include <string>
#include <string_view>

#include "bench/load/stamp.hpp"

namespace load {

// One line of figures: `a=1 b=2`, or the same as a JSON object.
class report {
 public:
  explicit report(bool json) : json_(json) {}

  void add(std::string_view name, std::string_view word);
  void add(std::string_view name, std::size_t count);
  void add(std::string_view name, double figure);  // with one decimal

  // Between which moments it was counted, on the machine's monotonic clock: whoever watched the
  // server meanwhile knows which part of that belongs to the figures.
  void add_counted(microseconds_t from, microseconds_t until);

  // Also says what this process itself has used of the processor, as `generator_cpu_s`.
  void print();

 private:
  void field(std::string_view name, std::string_view text, bool quoted);
  bool json_;
  std::string line_;
};

}  // namespace load
