#include "sim/load/process_usage.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace lingerd::sim {
namespace {

// Reads the number after "name:" in a file of such lines; 0 if absent.
std::uint64_t read_number(const std::string& file, const std::string& name) {
  std::ifstream input(file);
  std::string word;
  std::string line;
  while (std::getline(input, line)) {
    std::istringstream fields(line);
    std::uint64_t n = 0;
    if (fields >> word >> n && word == name) return n;
  }
  return 0;
}

double read_cpu_seconds(const std::string& stat_file) {
  std::ifstream input(stat_file);
  std::string all;
  std::getline(input, all);
  const std::size_t end_of_name = all.rfind(')');
  if (end_of_name == std::string::npos) return 0;
  std::istringstream fields(all.substr(end_of_name + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // state … cmajflt
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

process_usage usage_of(pid_t process) {
  const std::string folder = "/proc/" + std::to_string(process);
  process_usage use;
  use.cpu_s = read_cpu_seconds(folder + "/stat");
  use.rss_anon_bytes = read_number(folder + "/status", "RssAnon:") * 1024;
  use.written_bytes = read_number(folder + "/io", "write_bytes:");
  return use;
}

}  // namespace lingerd::sim
