#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

#include "sim/report/report_diff.hpp"
#include "sim/report/report_files.hpp"
#include "tools/linger_sim/commands.hpp"

namespace lingerd::sim {
namespace {

report read_report(const std::string& path) {
  std::ifstream input(path, std::ios::binary);
  if (!input) throw std::runtime_error("cannot read the file");
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  return from_json(text);
}

struct diff_files {
  std::string a, b;
};

int run_diff(const diff_files& files) {
  report reports[2];
  for (int i = 0; i < 2; ++i) {
    const std::string& path = i == 0 ? files.a : files.b;
    try {
      reports[i] = read_report(path);
    } catch (const std::runtime_error& e) {
      std::fprintf(stderr, "linger-sim: %s: %s\n", path.c_str(), e.what());
      return 2;
    }
  }
  try {
    const comparison c = compare_reports(reports[0], reports[1]);
    std::fputs(text_of(c).c_str(), stdout);
    return c.is_worse ? 1 : 0;
  } catch (const std::runtime_error& e) {
    std::fprintf(stderr, "linger-sim: %s\n", e.what());
    return 2;
  }
}

}  // namespace

void diff_command(CLI::App& program, int& exit_code) {
  CLI::App* command = program.add_subcommand(
      "diff",
      "Compare two reports and print the differences beyond the noise; exit code 1 if B is worse");
  auto files = std::make_shared<diff_files>();
  command->add_option("A", files->a, "report.json before the change")->required();
  command->add_option("B", files->b, "report.json after the change")->required();
  command->callback([files, &exit_code] { exit_code = run_diff(*files); });
}

}  // namespace lingerd::sim
