#include "tools/linger_sim/arguments.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "sim/report/report_files.hpp"
#include "sim/load/units.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> all;
  std::istringstream in(list);
  std::string part;
  while (std::getline(in, part, ',')) all.push_back(part);
  return all;
}

}  // namespace

std::vector<load_way> ways_of(const std::string& transports, const std::string& poll_intervals) {
  std::vector<load_way> all;
  for (const std::string& name : parts_of(transports)) {
    const auto how = transport_named(name);
    if (!how) {
      throw std::invalid_argument("\"" + name + "\" is none of short, long, sse, websocket");
    }
    if (*how != transport::short_poll) {
      all.push_back({*how});
      continue;
    }
    for (const std::string& interval : parts_of(poll_intervals)) {
      const auto ms = std::chrono::floor<std::chrono::milliseconds>(duration_of(interval));
      if (ms < 10ms) throw std::invalid_argument("an interval is at least 10ms");
      all.push_back({*how, ms});
    }
  }
  if (all.empty()) throw std::invalid_argument("there is no transport");
  return all;
}

std::chrono::seconds whole_seconds(const std::string& text, std::chrono::seconds least) {
  const auto exact = duration_of(text);
  const auto s = std::chrono::floor<std::chrono::seconds>(exact);
  if (s != exact || s < least) {
    throw std::invalid_argument("\"" + text + "\" is not " + std::to_string(least.count()) +
                                " or more whole seconds");
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
