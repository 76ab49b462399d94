#include "sim/report/report_files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "sim/report/machine.hpp"
#include "tests/sim/report/report_sample.hpp"

namespace lingerd::world_tests {
namespace {

namespace fs = std::filesystem;
using namespace sim;

// A temporary folder, removed after the test.
struct folder {
  fs::path path =
      fs::temp_directory_path() / ("linger-report-" + std::to_string(::getpid()) + "-" +
                                   testing::UnitTest::GetInstance()->current_test_info()->name());
  folder() { fs::create_directories(path); }
  ~folder() { fs::remove_all(path); }
};

std::string read(const fs::path& file) {
  std::ifstream input(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

// Splits a line by the rules of RFC 4180.
std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> lines(1);
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (quoted && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"')
      cell += csv[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == ',' || c == '\n')) {
      lines.back().push_back(std::exchange(cell, {}));
      if (c == '\n') lines.emplace_back();
    } else
      cell += c;
  }
  lines.pop_back();
  return lines;
}

TEST(ReportCsv, HasOneLineForEachRunAndTheNamesOfTheJson) {
  report r = sample_report();
  r.workload.command = "a,b \"c\"\nd";
  r.runs[1].first_case = "=HYPERLINK(1)";
  const auto lines = cells_of(to_csv(r));
  ASSERT_EQ(lines.size(), r.runs.size() + 1);
  for (const auto& line : lines) EXPECT_EQ(line.size(), lines[0].size());
  const auto column = [&](const std::string& name) {
    const auto entry = std::find(lines[0].begin(), lines[0].end(), name);
    EXPECT_NE(entry, lines[0].end()) << name;
    return static_cast<std::size_t>(entry - lines[0].begin());
  };
  EXPECT_EQ(lines[0][0], "transport");
  EXPECT_EQ(lines[1][column("transport")], "short");
  EXPECT_EQ(lines[1][column("poll_interval_s")], "0.25");
  EXPECT_EQ(lines[4][column("poll_interval_s")], "");
  EXPECT_EQ(lines[4][column("latency_us.deliver.p50")],
            std::to_string(r.runs[3].latency_us.deliver.p50));
  EXPECT_EQ(lines[4][column("counts.delivered")], "5000");
  EXPECT_EQ(lines[4][column("generator.valid")], "true");
  EXPECT_EQ(lines[4][column("workload.command")], r.workload.command);
  EXPECT_EQ(lines[2][column("first_case")], "'=HYPERLINK(1)") << "no spreadsheet may run it";
  column("predicted.wire_bytes_lan");
  column("machine.cpu");
  auto names = lines[0];
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << "a name twice";
}

TEST(ReportFiles, WritesExactlyThreeFiles) {
  folder f;
  const report r = sample_report();
  write_files(r, f.path / "new" / "one");
  EXPECT_EQ(read(f.path / "new/one/report.json"), to_json(r));
  EXPECT_EQ(read(f.path / "new/one/report.csv"), to_csv(r));
  EXPECT_EQ(read(f.path / "new/one/report.html"), to_html(r));
  const auto files = std::distance(fs::directory_iterator(f.path / "new/one"), {});
  EXPECT_EQ(files, 3);
  write_files(r, f.path / "new" / "one");  // overwrites them
}

TEST(ReportFiles, AFolderThatCannotBeCreatedIsAnError) {
  folder f;
  std::ofstream(f.path / "file") << "x";
  try {
    write_files(sample_report(), f.path / "file" / "in");
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find((f.path / "file" / "in").string()), std::string::npos);
  }
}

// A limit on the file size stands in for a full disk: the write fails.
TEST(ReportFiles, ADiskThatIsFullLeavesTheOldReport) {
  folder f;
  report r = sample_report();
  write_files(r, f.path);
  const std::string before = read(f.path / "report.json");
  r.seed = 99;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit was{};
  ::getrlimit(RLIMIT_FSIZE, &was);
  const rlimit small{1000, was.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string why;
  try {
    write_files(r, f.path);
  } catch (const std::runtime_error& e) {
    why = e.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &was);
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_NE(why.find("cannot write"), std::string::npos) << why;
  EXPECT_EQ(read(f.path / "report.json"), before);
  EXPECT_FALSE(fs::exists(f.path / "report.json.part"));
}

TEST(Machine, IsReadFromProc) {
  folder f;
  fs::create_directories(f.path / "proc/sys/kernel");
  fs::create_directories(f.path / "etc");
  std::ofstream(f.path / "proc/cpuinfo") << "processor\t: 0\nmodel name\t: Some CPU @ 2GHz\n";
  std::ofstream(f.path / "proc/meminfo") << "MemTotal:        2048 kB\nMemFree: 1 kB\n";
  std::ofstream(f.path / "proc/sys/kernel/osrelease") << "6.1.0-test\n";
  std::ofstream(f.path / "etc/os-release") << "NAME=x\nPRETTY_NAME=\"Test GNU/Linux 1\"\n";
  const machine m = this_machine(f.path);
  EXPECT_EQ(m.cpu, "Some CPU @ 2GHz");
  EXPECT_EQ(m.memory_bytes, 2048u * 1024);
  EXPECT_EQ(m.kernel, "6.1.0-test");
  EXPECT_EQ(m.system, "Test GNU/Linux 1");
  EXPECT_GE(m.cores, 1u);
}

TEST(Machine, UnknownValuesStayEmpty) {
  folder f;
  const machine m = this_machine(f.path);
  EXPECT_EQ(m.cpu, "");
  EXPECT_EQ(m.memory_bytes, 0u);
  EXPECT_EQ(m.kernel, "");
  EXPECT_EQ(m.system, "");
}

TEST(Machine, ABoardIsNamedByItsDeviceTree) {
  folder f;
  fs::create_directories(f.path / "proc/device-tree");
  std::ofstream(f.path / "proc/cpuinfo") << "processor : 0\nBogoMIPS : 48.00\n";
  std::ofstream(f.path / "proc/device-tree/model") << std::string("Some Board Rev 1\0", 17);
  EXPECT_EQ(this_machine(f.path).cpu, "Some Board Rev 1");
}

}  // namespace
}  // namespace lingerd::world_tests
