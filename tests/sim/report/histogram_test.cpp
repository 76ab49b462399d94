#include "sim/report/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/time/virtual_loop.hpp"

namespace lingerd::sim {
namespace {

TEST(SimHistogram, AgreesWithASortedList) {
  seeded_entropy entropy(5);
  histogram h;
  std::vector<std::uint64_t> all;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t us = entropy.below(std::uint64_t{1} << (3 + entropy.below(24)));
    h.record(us);
    all.push_back(us);
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(h.count(), all.size());
  EXPECT_EQ(h.max(), all.back());
  for (const double q : {0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(all.size())));
    const std::uint64_t exact = all[rank - 1];
    EXPECT_GE(h.value_at(q), exact) << q;
    EXPECT_LE(static_cast<double>(h.value_at(q)), static_cast<double>(exact) * 1.008) << q;
  }
}

TEST(SimHistogram, IsExactForShortTimes) {
  histogram h;
  for (std::uint64_t us = 0; us < 256; ++us) h.record(us);
  for (int i = 1; i <= 256; ++i)
    EXPECT_EQ(h.value_at(i / 256.0), static_cast<std::uint64_t>(i - 1));
}

TEST(SimHistogram, IsZeroWithoutValues) {
  const histogram h;
  EXPECT_EQ(h.value_at(0.5), 0U);
  EXPECT_EQ(h.summary().count, 0U);
  EXPECT_TRUE(h.curve().empty());
}

TEST(SimHistogram, TheCurveRisesToTheMaximum) {
  histogram h;
  for (std::uint64_t us = 1; us <= 10'000; ++us) h.record(us * 37);
  const auto curve = h.curve();
  ASSERT_GT(curve.size(), 40U);
  for (std::size_t i = 1; i < curve.size(); ++i) {
    EXPECT_GT(curve[i].quantile, curve[i - 1].quantile);
    EXPECT_GE(curve[i].us, curve[i - 1].us);
  }
  EXPECT_EQ(curve.back().quantile, 1);
  EXPECT_EQ(curve.back().us, 370'000U);
}

TEST(SimHistogram, AcceptsAnyNumber) {
  histogram h;
  h.record(UINT64_MAX);
  EXPECT_EQ(h.value_at(0.5), UINT64_MAX);
}

}  // namespace
}  // namespace lingerd::sim
