#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "sim/report/report_files.hpp"
#include "tests/sim/report/report_sample.hpp"
#include "tests/sim/report/report_schema.hpp"

namespace lingerd::world_tests {
namespace {

namespace json = boost::json;
using namespace sim;

// The root folder of the repository, derived from the path of this file.
std::string root() {
  const std::string file = __FILE__;
  return file.substr(0, file.rfind("tests/sim/"));
}

json::value schema() {
  const std::string path = root() + "bench/report.schema.json";
  std::ifstream input(path);
  EXPECT_TRUE(input) << path;
  return json::parse(std::string{std::istreambuf_iterator<char>(input), {}});
}

TEST(ReportJson, IsEqualAfterReadingItBack) {
  report r = sample_report();
  r.study = "headers";
  r.trace_hash = "abc";
  r.runs[1].was_cut = true;
  r.runs[1].generator.valid = false;
  r.runs[2].first_case = "message 7 came twice to \"u3\"\n";
  r.runs[3].predicted.reset();
  const std::string text = to_json(r);
  const report again = from_json(text);
  EXPECT_EQ(to_json(again), text);
  EXPECT_EQ(again.runs.size(), r.runs.size());
  EXPECT_EQ(again.runs[2].first_case, r.runs[2].first_case);
  EXPECT_EQ(again.runs[0].seconds.size(), r.runs[0].seconds.size());
  EXPECT_EQ(again.runs[0].poll_interval_s, 0.25);
  EXPECT_FALSE(again.runs[3].poll_interval_s);
  EXPECT_FALSE(again.runs[3].predicted);
  EXPECT_EQ(again.runs[5].latency_us.deliver_curve.back().us,
            r.runs[5].latency_us.deliver_curve.back().us);
}

TEST(ReportJson, FitsItsSchema) {
  schema_check check(schema());
  EXPECT_EQ(check.errors(json::parse(to_json(sample_report()))), std::vector<std::string>());
  EXPECT_EQ(check.errors(json::parse(to_json(report{}))), std::vector<std::string>());
}

TEST(ReportJson, TheSchemaFindsErrors) {
  schema_check check(schema());
  const auto errors_after = [&](auto change) {
    json::value v = json::parse(to_json(sample_report()));
    change(v);
    return check.errors(v).size();
  };
  EXPECT_EQ(errors_after([](json::value& v) { v.as_object().erase("seed"); }), 1u);
  EXPECT_EQ(errors_after([](json::value& v) { v.as_object()["clock"] = "imagined"; }), 1u);
  EXPECT_EQ(errors_after(
                [](json::value& v) { v.at("runs").at(0).at("counts").as_object()["lost"] = -1; }),
            1u);
  EXPECT_EQ(errors_after([](json::value& v) {
              v.at("runs").at(0).at("wire").as_object()["requests"] = "12";
            }),
            1u);
  EXPECT_EQ(errors_after([](json::value& v) {
              v.at("runs").at(0).at("latency_us").at("deliver_curve").as_array().push_back(3);
            }),
            1u);
}

// Every report stored in the repository fits the schema.
TEST(ReportJson, StoredReportsFitTheSchema) {
  const std::filesystem::path folder = root() + "bench/reports";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no report is stored";
  schema_check check(schema());
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    std::ifstream input(file.path());
    const std::string text{std::istreambuf_iterator<char>(input), {}};
    EXPECT_EQ(check.errors(json::parse(text)), std::vector<std::string>()) << file.path();
    EXPECT_NO_THROW(from_json(text)) << file.path();
  }
}

TEST(ReportJson, NumbersAreWrittenInDecimal) {
  report r = sample_report();
  r.runs[0].wire.wire_bytes_per_message = 0.1 + 0.2;
  r.runs[0].server.cpu_s = 1.0 / 0.0;
  const std::string text = to_json(r);
  EXPECT_NE(text.find(R"("duration_s": 25,)"), text.npos);
  EXPECT_NE(text.find(R"("wire_bytes_per_message": 0.3,)"), text.npos);
  EXPECT_NE(text.find(R"("cpu_s": 0,)"), text.npos) << "JSON has no infinity";
}

TEST(ReportJson, RefusesOtherDocumentsWithAReason) {
  const auto why = [](const std::string& text) -> std::string {
    try {
      from_json(text);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_NE(why("").find("JSON"), std::string::npos);
  EXPECT_NE(why("[1]").find("object"), std::string::npos);
  EXPECT_NE(why("{}").find("linger-report/1"), std::string::npos);
  EXPECT_NE(why(R"({"schema":"linger-report/2","runs":[]})").find("linger-report/1"),
            std::string::npos);
  EXPECT_NE(why(R"({"schema":"linger-report/1"})").find("runs"), std::string::npos);
  const std::string head = R"({"schema":"linger-report/1","runs":[)";
  EXPECT_NE(why(head + R"({"clients":"many"}]})").find("runs[0].clients"), std::string::npos);
  EXPECT_NE(why(head + R"({"clients":-3}]})").find("runs[0].clients"), std::string::npos);
  EXPECT_NE(why(head + R"({"counts":{"lost":1.5}}]})").find("runs[0].counts.lost"),
            std::string::npos);
  EXPECT_NE(why(head + R"({"seconds":7}]})").find("runs[0].seconds"), std::string::npos);
  EXPECT_EQ(why(head + R"({"clients":3,"unknown":[]}]})"), "") << "unknown fields are ignored";
}

}  // namespace
}  // namespace lingerd::world_tests
