#include <boost/json.hpp>
#include <stdexcept>

#include "sim/report/report_fields.hpp"
#include "sim/report/report_files.hpp"

// JSON → report. What is absent keeps its default, so that an older report can be read; what is
// there must be of the right type.
namespace lingerd::sim {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error("not a report: " + what);
}

struct field_reader {
  const json::object& from;
  std::string path;

  void operator()(std::string_view name, auto& member) {
    const json::value* v = from.if_contains(name);
    if (v) get(*v, path + std::string(name), member);
  }

  template <class T>
  static void get(const json::value& v, const std::string& at, T& member) {
    if constexpr (requires(field_reader r) { each_field(member, r); }) {
      if (!v.is_object()) refuse(at + " is not an object");
      field_reader inner{v.get_object(), at + "."};
      each_field(member, inner);
      inner.rest(member);
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!v.is_string()) refuse(at + " is not a text");
      member = std::string(v.get_string());
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!v.is_bool()) refuse(at + " is not true or false");
      member = v.get_bool();
    } else if constexpr (std::is_same_v<T, double>) {
      if (!v.is_number()) refuse(at + " is not a number");
      member = v.to_number<double>();
    } else {
      json::error_code wrong;
      member = v.to_number<T>(wrong);
      if (wrong) refuse(at + " is not a whole number from 0");
    }
  }
  static void get(const json::value& v, const std::string& at, std::optional<double>& member) {
    if (v.is_null()) return;
    get(v, at, member.emplace());
  }

  // The lists, and what may be null.
  void rest(auto&) {}
  void rest(latencies& l) {
    each_of("deliver_curve", [&](const json::value& v, const std::string& at) {
      if (!v.is_array() || v.get_array().size() != 2) refuse(at + " is not a pair");
      curve_point p;
      get(v.get_array()[0], at + "[0]", p.quantile);
      get(v.get_array()[1], at + "[1]", p.us);
      l.deliver_curve.push_back(p);
    });
  }
  void rest(run& r) {
    const json::value* predicted = from.if_contains("predicted");
    if (predicted && !predicted->is_null()) {
      get(*predicted, path + "predicted", r.predicted.emplace());
    }
    each_of("seconds", [&](const json::value& v, const std::string& at) {
      get(v, at, r.seconds.emplace_back());
    });
  }

  void each_of(std::string_view name, auto take) {
    const json::value* v = from.if_contains(name);
    if (!v) return;
    const std::string at = path + std::string(name);
    if (!v->is_array()) refuse(at + " is not a list");
    std::size_t i = 0;
    for (const json::value& one : v->get_array()) take(one, at + '[' + std::to_string(i++) + ']');
  }
};

}  // namespace

report from_json(std::string_view text) {
  json::error_code wrong;
  const json::value whole = json::parse({text.data(), text.size()}, wrong);
  if (wrong) refuse("it is not JSON (" + wrong.message() + ")");
  if (!whole.is_object()) refuse("it is not an object");
  field_reader top{whole.get_object(), ""};
  std::string schema;
  top("schema", schema);
  if (schema != "linger-report/1") refuse("\"schema\" is not \"linger-report/1\"");
  if (!whole.get_object().contains("runs")) refuse("\"runs\" is missing");
  report r;
  top("clock", r.clock);
  top("seed", r.seed);
  top("commit", r.commit);
  top("made_at", r.made_at);
  top("study", r.study);
  top("trace_hash", r.trace_hash);
  top("machine", r.machine);
  top("workload", r.workload);
  top.each_of("runs", [&](const json::value& v, const std::string& at) {
    field_reader::get(v, at, r.runs.emplace_back());
  });
  return r;
}

}  // namespace lingerd::sim
