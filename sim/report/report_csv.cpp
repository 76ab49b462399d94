#include <charconv>

#include "sim/report/report_fields.hpp"
#include "sim/report/report_files.hpp"

// One line for each run; the name of a column is its path in report.json: "latency_us.deliver.p50".
namespace lingerd::sim {
namespace {

// Quoted as RFC 4180 requires. A spreadsheet takes "=…" for a formula, so a text that begins like
// one gets an apostrophe.
void put_text(std::string& out, std::string_view s) {
  const bool is_formula = !s.empty() && std::string_view("=+-@\t\r").find(s[0]) != s.npos;
  if (!is_formula && s.find_first_of(",\"\r\n") == s.npos) {
    out += s;
    return;
  }
  out += '"';
  if (is_formula) out += '\'';
  for (const char c : s) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

// Writes either the column heads or a line of values.
struct line_writer {
  std::string& out;
  bool heads;
  std::string prefix;

  template <class T>
  void operator()(std::string_view name, const T& member) {
    if constexpr (requires { each_field(member, *this); }) {
      line_writer inner{out, heads, prefix + std::string(name) + "."};
      each_field(member, inner);
    } else {
      if (!out.empty() && out.back() != '\n') out += ',';
      if (heads) {
        out += prefix;
        out += name;
      } else {
        put(member);
      }
    }
  }

  void put(const std::string& s) { put_text(out, s); }
  void put(bool b) { out += b ? "true" : "false"; }
  void put(const std::optional<double>& d) {
    if (d) put(*d);
  }
  void put(const auto& number) {
    char digits[32];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  }
};

void line(std::string& out, const report& r, const run& run, bool heads) {
  line_writer w{out, heads, ""};
  // The transport is first; whether a column needs a comma follows from what the line already
  // holds.
  each_field(run, w);
  w("predicted", run.predicted.value_or(prediction{}));
  w("clock", r.clock);
  w("seed", r.seed);
  w("commit", r.commit);
  w("made_at", r.made_at);
  w("machine", r.machine);
  w("workload", r.workload);
  out += '\n';
}

}  // namespace

std::string to_csv(const report& r) {
  std::string out;
  line(out, r, run{}, true);
  for (const run& run : r.runs) line(out, r, run, false);
  return out;
}

}  // namespace lingerd::sim
