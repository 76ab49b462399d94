#include "sim/report/report_noise.hpp"

#include <algorithm>
#include <cmath>

namespace lingerd::sim {

double noise_of(const run& r, std::uint64_t second::*figure) {
  double sum = 0, squares = 0, n = 0;
  for (const second& s : r.seconds) {
    if (s.delivered == 0) continue;
    const double v = static_cast<double>(s.*figure);
    sum += v;
    squares += v * v;
    ++n;
  }
  if (n < 3 || sum <= 0) return 0;
  const double mean = sum / n;
  const double variance = std::max(squares / n - mean * mean, 0.0);
  return 3 * std::sqrt(variance / n) / mean;
}

}  // namespace lingerd::sim
