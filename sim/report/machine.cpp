#include "sim/report/machine.hpp"

#include <sched.h>

#include <charconv>
#include <fstream>
#include <string_view>
#include <thread>

#include "http/net/asio_loop.hpp"

namespace lingerd::sim {
namespace {

namespace fs = std::filesystem;

std::string trimmed(std::string_view s) {
  constexpr std::string_view around(" \t\"\n\0", 5);  // the device tree ends its texts with a zero
  const auto first = s.find_first_not_of(around);
  if (first == s.npos) return {};
  return std::string(s.substr(first, s.find_last_not_of(around) - first + 1));
}

// The value of the first line "name<separator>value" of a file; empty if there is none.
std::string read_value(const fs::path& file, std::string_view name, char separator) {
  std::ifstream input(file);
  std::string line;
  while (std::getline(input, line)) {
    const auto end = line.find(separator);
    if (end != line.npos && trimmed(std::string_view(line).substr(0, end)) == name) {
      return trimmed(std::string_view(line).substr(end + 1));
    }
  }
  return {};
}

std::string first_line(const fs::path& file) {
  std::ifstream input(file);
  std::string line;
  std::getline(input, line);
  return trimmed(line);
}

std::string cpu_of(const fs::path& root) {
  const fs::path info = root / "proc/cpuinfo";
  // x86 has "model name"; ARM and RISC-V name the board in the device tree, or the core.
  for (const char* name : {"model name", "Model", "Hardware", "uarch", "cpu model"}) {
    std::string value = read_value(info, name, ':');
    if (!value.empty()) return value;
  }
  return first_line(root / "proc/device-tree/model");
}

}  // namespace

machine this_machine(const fs::path& root) {
  machine m;
  m.cpu = cpu_of(root);
  // The cores that this process may use: a container often gets fewer than the machine has.
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  m.cores = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0
                ? static_cast<unsigned>(CPU_COUNT(&allowed))
                : std::thread::hardware_concurrency();
  const std::string memory = read_value(root / "proc/meminfo", "MemTotal", ':');
  std::uint64_t kib = 0;
  std::from_chars(memory.data(), memory.data() + memory.size(), kib);
  m.memory_bytes = kib * 1024;
  m.kernel = first_line(root / "proc/sys/kernel/osrelease");
  m.system = read_value(root / "etc/os-release", "PRETTY_NAME", '=');
  m.clock_is_synced = system_clock().wall_is_synced();
  return m;
}

}  // namespace lingerd::sim
