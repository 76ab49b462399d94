#include <gtest/gtest.h>

#include <regex>

#include "sim/report/html/summary.hpp"
#include "sim/report/html/svg.hpp"
#include "sim/report/number_format.hpp"
#include "sim/report/report_files.hpp"
#include "tests/sim/report/report_sample.hpp"

namespace lingerd::world_tests {
namespace {

using namespace sim;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto position = text.find(part); position != text.npos;
       position = text.find(part, position + 1))
    ++n;
  return n;
}

std::vector<report> all_kinds() {
  std::vector<report> all(5, sample_report());
  all[1].study = "headers";
  all[2].study = "tutorial";
  all[3].runs.erase(all[3].runs.begin(), all[3].runs.begin() + 5);
  all[3].runs[0].first_case = "<b onclick=alert(1)> & \"quoted\" 'too'";
  all[3].runs[0].counts.lost = 1;
  all[4] = report{};
  return all;
}

TEST(ReportHtml, IsOneFileWithoutNetworkAccess) {
  for (const report& r : all_kinds()) {
    const std::string html = to_html(r);
    EXPECT_LT(html.size(), 1'000'000u);
    EXPECT_EQ(html.find("http://"), html.npos);
    EXPECT_EQ(html.find("https://"), html.npos);
    for (const char* what : {" src=", "<link", "@import", "url(", "<img", "<iframe", "fetch("}) {
      EXPECT_EQ(html.find(what), html.npos) << what;
    }
    EXPECT_EQ(count(html, "<script"), 1u) << "the script that selects the language";
  }
}

TEST(ReportHtml, EveryTextIsEscaped) {
  report r = sample_report();
  const std::string evil = "</style></title><script>alert('1')</script>\"'&";
  r.commit = r.made_at = r.trace_hash = r.workload.command = r.workload.groups = evil;
  r.workload.url = r.machine.cpu = r.machine.kernel = r.machine.system = evil;
  for (run& one : r.runs) {
    one.first_case = evil;
    one.counts.lost = 1;
  }
  r.runs[3].transport = evil;
  const std::string html = to_html(r);
  EXPECT_EQ(count(html, "alert('1')"), 0u);
  EXPECT_EQ(count(html, "<script"), 1u);
  EXPECT_EQ(count(html, "</style>"), 1u);
  EXPECT_EQ(count(html, "</title>"), 1u);
}

// Elements are closed in the order in which they were opened.
TEST(ReportHtml, IsWellFormed) {
  const std::regex tag("<(/?)([a-zA-Z0-9]+)([^>]*?)(/?)>");
  for (const report& r : all_kinds()) {
    const std::string html = to_html(r);
    std::vector<std::string> open;
    for (std::sregex_iterator entry(html.begin(), html.end(), tag), end; entry != end; ++entry) {
      const std::string name = (*entry)[2];
      if ((*entry)[4].length() > 0 || name == "meta" || name == "input") continue;
      if ((*entry)[1].length() == 0) {
        open.push_back(name);
      } else {
        ASSERT_FALSE(open.empty()) << name;
        ASSERT_EQ(open.back(), name)
            << html.substr(static_cast<std::size_t>(entry->position()), 80);
        open.pop_back();
      }
    }
    EXPECT_TRUE(open.empty());
    EXPECT_EQ(html.find("nan"), html.npos);
    EXPECT_EQ(html.find("\"inf"), html.npos);
  }
}

// Each Chinese text is followed by an English one, and none is empty.
TEST(ReportHtml, BothLanguagesAreComplete) {
  const std::regex zh(
      R"re(<(span|text)[^>]*lang="zh-CN">([^<]*)</\1>(<(span|text)[^>]*lang="en">([^<]*)<)?)re");
  for (const report& r : all_kinds()) {
    const std::string html = to_html(r);
    std::size_t pairs = 0;
    for (std::sregex_iterator entry(html.begin(), html.end(), zh), end; entry != end;
         ++entry, ++pairs) {
      EXPECT_TRUE((*entry)[3].matched) << entry->str();
      EXPECT_NE((*entry)[2].str(), "") << entry->str();
      EXPECT_NE((*entry)[5].str(), "") << entry->str();
      // The English text has no Chinese characters.
      for (const char c : (*entry)[5].str()) {
        const auto byte = static_cast<unsigned char>(c);
        EXPECT_FALSE(byte >= 0xe4 && byte <= 0xe9) << entry->str();
      }
    }
    EXPECT_GT(pairs, 30u);
    EXPECT_EQ(pairs, count(html, R"( lang="en">)"));
    // No other Chinese text except in the title and the language switch.
    std::string rest = std::regex_replace(html, zh, "");
    rest = std::regex_replace(rest, std::regex("<title>.*?</title>|<label.*?</label>|/\\*.*?\\*/"),
                              "");
    for (std::size_t i = 0; i < rest.size(); ++i) {
      const auto byte = static_cast<unsigned char>(rest[i]);
      ASSERT_FALSE(byte >= 0xe4 && byte <= 0xe9) << rest.substr(i > 40 ? i - 40 : 0, 80);
    }
  }
}

TEST(ReportHtml, BeginsWithTheSummaryAndEndsWithHowToRepeatIt) {
  const report r = sample_report();
  const std::string html = to_html(r);
  const auto answer = html.find("class=\"card answer\"");
  ASSERT_NE(answer, html.npos);
  EXPECT_LT(answer, html.find("<section"));
  EXPECT_NE(html.find("linger-sim compare --seed 7"), html.npos);
  EXPECT_NE(html.find(r.commit), html.npos);
  EXPECT_NE(html.find(r.machine.kernel), html.npos);
  EXPECT_EQ(html.find("class=\"card warning\""), html.npos);
}

TEST(ReportHtml, WarnsOfAnIncorrectRun) {
  report r = sample_report();
  r.runs[3].counts.lost = 1;
  r.runs[3].first_case = "message 17 never reached user 4";
  const std::string html = to_html(r);
  EXPECT_NE(html.find("class=\"card warning\""), html.npos);
  EXPECT_NE(html.find("message 17 never reached user 4"), html.npos);
}

TEST(Answer, NamesTheFastestTheCheapestAndWhatShortPollingCosts) {
  report r = sample_report();
  for (run& one : r.runs) {
    if (one.transport != "short") one.latency_us.deliver.p50 = one.transport == "sse" ? 1500 : 2500;
  }
  const phrase a = summary_of(r);
  EXPECT_NE(a.en.find("SSE delivers fastest (median 1.50 ms)"), a.en.npos) << a.en;
  EXPECT_NE(a.en.find("SSE has the least idle traffic"), a.en.npos) << a.en;
  EXPECT_NE(a.en.find("every 3 s, delivery takes 1.50 s (1,001×)"), a.en.npos) << a.en;
  EXPECT_NE(a.zh.find("SSE 送达最快"), a.zh.npos) << a.zh;
}

TEST(Answer, NamesAllRunsThatAreEquallyFast) {
  report r = sample_report();
  for (run& one : r.runs) {
    if (one.transport != "short") one.latency_us.deliver.p50 = 1500;
  }
  EXPECT_NE(summary_of(r).en.find("Long poll, SSE and WebSocket deliver equally fast"),
            std::string::npos);
}

// The sends took ten times as long to reach the disk: the transport is not the cause.
TEST(Answer, DoesNotBlameATransportForABusyMachine) {
  report r = sample_report();
  for (run& one : r.runs) {
    if (one.transport == "sse") {
      one.latency_us.deliver.p50 *= 10;
      one.latency_us.ack.p50 *= 10;
    }
  }
  EXPECT_NE(summary_of(r).en.find("SSE deliver equally fast"), std::string::npos)
      << summary_of(r).en;
}

TEST(Answer, LeavesOutRunsThatDoNotCount) {
  report r = sample_report();
  for (run& one : r.runs) one.generator.valid = false;
  EXPECT_EQ(summary_of(r).en, "This report has no run that can be compared.");
  EXPECT_NE(warning_of(r).en, "");
  EXPECT_EQ(warning_of(sample_report()).en, "");
}

TEST(Figures, AreReadable) {
  EXPECT_EQ(number_format::time_us(0), "0 µs");
  EXPECT_EQ(number_format::time_us(820), "820 µs");
  EXPECT_EQ(number_format::time_us(4200), "4.20 ms");
  EXPECT_EQ(number_format::time_us(999'600), "1.00 s");
  EXPECT_EQ(number_format::traffic(871), "871 B");
  EXPECT_EQ(number_format::traffic(58'200), "58.2 kB");
  EXPECT_EQ(number_format::traffic(1'260'000), "1.26 MB");
  EXPECT_EQ(number_format::memory(5.4 * 1024), "5.40 KiB");
  EXPECT_EQ(number_format::count(1234567), "1,234,567");
  EXPECT_EQ(number_format::count(-1234), "-1,234");
  EXPECT_EQ(number_format::digits(0.01534), "0.0153");
  EXPECT_EQ(number_format::digits(665.2), "665");
  EXPECT_EQ(number_format::percent(0.0123), "+1.2 %");
  EXPECT_EQ(number_format::percent(-0.2), "−20 %");
  EXPECT_EQ(number_format::percent(0.0001), "±0.0 %");
  EXPECT_EQ(number_format::short_form("10.0 ms"), "10 ms");
  EXPECT_EQ(number_format::short_form("2.50 s"), "2.5 s");
  EXPECT_EQ(number_format::short_form("100 B"), "100 B");
}

TEST(Scale, LinearEndsAtARoundNumber) {
  const svg::scale s = svg::scale::linear(340);
  EXPECT_EQ(s.ticks(), (std::vector<double>{0, 100, 200, 300, 400}));
  EXPECT_DOUBLE_EQ(s.position(200), 0.5);
  EXPECT_DOUBLE_EQ(s.position(-1), 0);
}

TEST(Scale, LogarithmicTakesWholeDecades) {
  const svg::scale s = svg::scale::logarithmic(1500, 2'900'000);
  EXPECT_EQ(s.ticks(), (std::vector<double>{1e3, 1e4, 1e5, 1e6, 1e7}));
  EXPECT_NEAR(s.position(1e5), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(s.position(0), 0);
}

}  // namespace
}  // namespace lingerd::world_tests
