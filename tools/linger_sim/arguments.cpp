#include "tools/linger_sim/arguments.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "sim/load/units.hpp"
#include "sim/report/report_files.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> all;
  std::istringstream input(list);
  std::string part;
  while (std::getline(input, part, ',')) all.push_back(part);
  return all;
}

}  // namespace

std::vector<listening_mode> parse_modes(const std::string& transports,
                                        const std::string& poll_intervals) {
  std::vector<listening_mode> all;
  for (const std::string& name : split(transports)) {
    const auto transport = transport_named(name);
    if (!transport) {
      throw std::invalid_argument("unknown transport \"" + name +
                                  "\"; use short, long, sse or websocket");
    }
    if (*transport != sim::transport::short_poll) {
      all.push_back({*transport});
      continue;
    }
    for (const std::string& interval : split(poll_intervals)) {
      const auto ms = std::chrono::floor<std::chrono::milliseconds>(duration_of(interval));
      if (ms < 10ms) throw std::invalid_argument("an interval must be at least 10ms");
      all.push_back({*transport, ms});
    }
  }
  if (all.empty()) throw std::invalid_argument("no transport is given");
  return all;
}

std::chrono::seconds whole_seconds(const std::string& text, std::chrono::seconds least) {
  const auto exact = duration_of(text);
  const auto s = std::chrono::floor<std::chrono::seconds>(exact);
  if (s != exact || s < least) {
    throw std::invalid_argument("\"" + text + "\" is not a whole number of seconds, at least " +
                                std::to_string(least.count()) + "s");
  }
  return s;
}

void write_json(const report& r, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << to_json(r) << '\n';
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace lingerd::sim
