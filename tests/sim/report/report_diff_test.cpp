#include "sim/report/report_diff.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "sim/report/html/study.hpp"
#include "tests/sim/report/report_sample.hpp"

namespace lingerd::world_tests {
namespace {

using namespace sim;

TEST(Diff, OfAReportWithItselfIsEmpty) {
  const comparison c = compare_reports(sample_report(), sample_report());
  EXPECT_TRUE(c.changes.empty());
  EXPECT_TRUE(c.notes.empty());
  EXPECT_FALSE(c.is_worse);
  EXPECT_GT(c.compared, 50u);
  EXPECT_NE(text_of(c).find("no difference beyond the noise"), std::string::npos);
}

TEST(Diff, IgnoresDifferencesWithinTheNoise) {
  report b = sample_report();
  b.runs[3].latency_us.deliver.p99 += b.runs[3].latency_us.deliver.p99 / 5;
  b.runs[3].server.cpu_us_per_delivery *= 1.1;
  b.runs[3].wire.wire_bytes_per_message *= 1.04;
  EXPECT_TRUE(compare_reports(sample_report(), b).changes.empty());
}

TEST(Diff, NamesADifferenceBeyondTheNoise) {
  report b = sample_report();
  b.runs[3].latency_us.deliver.p99 *= 2;
  comparison c = compare_reports(sample_report(), b);
  ASSERT_EQ(c.changes.size(), 1u);
  EXPECT_EQ(c.changes[0].run, "long");
  EXPECT_EQ(c.changes[0].message, "deliver.p99");
  EXPECT_TRUE(c.changes[0].is_worse);
  EXPECT_TRUE(c.is_worse);
  EXPECT_NE(text_of(c).find("worse   long: deliver.p99"), std::string::npos) << text_of(c);
  // In the opposite direction it is better, and no failure.
  c = compare_reports(b, sample_report());
  ASSERT_EQ(c.changes.size(), 1u);
  EXPECT_FALSE(c.is_worse);
}

TEST(Diff, OneLossIsWorse) {
  report b = sample_report();
  b.runs[0].counts.lost = 1;
  const comparison c = compare_reports(sample_report(), b);
  ASSERT_EQ(c.changes.size(), 1u);
  EXPECT_EQ(c.changes[0].run, "short 0.250 s");
  EXPECT_TRUE(c.is_worse);
}

TEST(Diff, VariationBetweenSecondsWidensTheNoise) {
  report a = sample_report();
  report b = sample_report();
  for (report* r : {&a, &b}) {
    std::uint64_t turn = 0;
    for (second& s : r->runs[3].seconds) s.deliver_p99_us = ++turn % 5 == 0 ? 90'000 : 3'000;
  }
  b.runs[3].latency_us.deliver.p99 += b.runs[3].latency_us.deliver.p99 / 2;
  EXPECT_TRUE(compare_reports(a, b).changes.empty());
}

TEST(Diff, AnotherLoadIsNoted) {
  report b = sample_report();
  b.workload.clients = 500;
  b.machine.cpu = "another";
  b.runs.pop_back();
  const comparison c = compare_reports(sample_report(), b);
  EXPECT_EQ(c.notes.size(), 3u);
  EXPECT_FALSE(c.is_worse);
}

TEST(Diff, RefusesReportsWithoutACommonRun) {
  report a = sample_report();
  report b = sample_report();
  a.runs.resize(1);
  b.runs.erase(b.runs.begin());
  EXPECT_THROW(compare_reports(a, b), std::runtime_error);
}

// The bytes of a run less those of sends, starts and connections are the cost of listening.
TEST(Study, ListeningIsWhatTheModelSaysOfIt) {
  report r = sample_report();
  run& sse = r.runs[4];
  const model_input input = input_of(r, sse);
  const prediction p = predict(input);
  sse.wire.app_bytes_sent = 0;
  sse.wire.app_bytes_received = static_cast<std::uint64_t>(p.app_bytes);
  const wire_sizes z = sizes_of(input.setting);
  const double events = 5000.0 * static_cast<double>(2 * z.sse_frame + z.event + z.own_event) +
                        input.read_events * static_cast<double>(z.sse_frame + z.read_event);
  const double opening = 1000.0 * static_cast<double>(z.sse_request + z.sse_head + z.sse_ping);
  EXPECT_NEAR(listening_of(r, sse).app_bytes, events + opening, 1);
  EXPECT_DOUBLE_EQ(listening_of(r, sse).events, 10'000);
}

TEST(Study, TablesStandBesideThePublishedOnes) {
  report r = sample_report();
  EXPECT_TRUE(study_of(r).empty());
  r.study = "tutorial";
  auto tables = study_of(r);
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(tables[0].verdict.size(), 1u);
  EXPECT_NE(tables::plain_text(tables[0].table).find("7–8 MB"), std::string::npos);
  r.study = "headers";
  tables = study_of(r);
  ASSERT_EQ(tables.size(), 2u);
  const std::string text = tables::plain_text(tables[1].table);
  // The published figures follow from 871 and 2 bytes.
  EXPECT_NE(text.find("6.65"), std::string::npos) << text;
  EXPECT_NE(text.find("66.5"), std::string::npos) << text;
  EXPECT_NE(text.find("0.0153"), std::string::npos) << text;
  EXPECT_NE(text.find("1.53"), std::string::npos) << text;
}

}  // namespace
}  // namespace lingerd::world_tests
