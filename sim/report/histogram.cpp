#include "sim/report/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lingerd::sim {
namespace {

// Buckets 0…255 hold one value each. Above, octave k (values of 9 + k bits) has 128 buckets of
// 2^(k+1).
constexpr std::uint64_t exact = 256;
constexpr std::uint64_t parts = 128;

std::size_t bucket_of(std::uint64_t us) {
  if (us < exact) return us;
  const auto shift = static_cast<unsigned>(std::bit_width(us)) - 8;  // leaves 8 bits: 128…255
  return exact + (shift - 1) * parts + ((us >> shift) - parts);
}

std::uint64_t last_of(std::size_t bucket) {
  if (bucket < exact) return bucket;
  const std::uint64_t shift = (bucket - exact) / parts + 1;
  const std::uint64_t head = (bucket - exact) % parts + parts;
  return ((head + 1) << shift) - 1;
}

}  // namespace

void histogram::record(std::uint64_t us) {
  const std::size_t b = bucket_of(us);
  if (b >= buckets_.size()) buckets_.resize(b + 1);
  ++buckets_[b];
  ++count_;
  max_ = std::max(max_, us);
}

std::uint64_t histogram::value_at(double quantile) const {
  if (count_ == 0) return 0;
  const double target = std::ceil(quantile * static_cast<double>(count_));
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(target), 1, count_);
  std::uint64_t counted = 0;
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    counted += buckets_[b];
    if (counted >= rank) return std::min(last_of(b), max_);
  }
  return max_;
}

percentiles histogram::summary() const {
  return {value_at(0.5), value_at(0.9), value_at(0.99), value_at(0.999), max_, count_};
}

std::vector<curve_point> histogram::curve() const {
  std::vector<curve_point> all;
  if (count_ == 0) return all;
  // Five points for each halving of the remaining part, as long as it holds a value.
  constexpr int steps = 5;
  double remaining = 1;
  while (remaining * static_cast<double>(count_) >= 1 && remaining > 1e-6) {
    for (int i = 0; i < steps; ++i) {
      const double q = 1 - remaining + remaining / 2 * i / steps;
      all.push_back({q, value_at(q)});
    }
    remaining /= 2;
  }
  all.push_back({1, max_});
  return all;
}

}  // namespace lingerd::sim
