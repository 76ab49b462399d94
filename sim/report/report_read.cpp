#include <boost/json.hpp>
#include <stdexcept>

#include "sim/report/report_fields.hpp"
#include "sim/report/report_files.hpp"

// JSON → report. An absent field keeps its default, so that older reports can be read; a present
// field must have the right type.
namespace lingerd::sim {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(const std::string& reason) {
  throw std::runtime_error("not a report: " + reason);
}

struct field_reader {
  const json::object& object;
  std::string path;

  void operator()(std::string_view name, auto& member) {
    const json::value* v = object.if_contains(name);
    if (v) get(*v, path + std::string(name), member);
  }

  template <class T>
  static void get(const json::value& v, const std::string& path, T& member) {
    if constexpr (requires(field_reader r) { each_field(member, r); }) {
      if (!v.is_object()) refuse(path + " is not an object");
      field_reader inner{v.get_object(), path + "."};
      each_field(member, inner);
      inner.read_lists(member);
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!v.is_string()) refuse(path + " is not a string");
      member = std::string(v.get_string());
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!v.is_bool()) refuse(path + " is not true or false");
      member = v.get_bool();
    } else if constexpr (std::is_same_v<T, double>) {
      if (!v.is_number()) refuse(path + " is not a number");
      member = v.to_number<double>();
    } else {
      json::error_code error;
      member = v.to_number<T>(error);
      if (error) refuse(path + " is not a non-negative whole number");
    }
  }
  static void get(const json::value& v, const std::string& path, std::optional<double>& member) {
    if (v.is_null()) return;
    get(v, path, member.emplace());
  }

  // The lists, and the fields that may be null.
  void read_lists(auto&) {}
  void read_lists(latencies& l) {
    each_of("deliver_curve", [&](const json::value& v, const std::string& path) {
      if (!v.is_array() || v.get_array().size() != 2) refuse(path + " is not a pair");
      curve_point p;
      get(v.get_array()[0], path + "[0]", p.quantile);
      get(v.get_array()[1], path + "[1]", p.us);
      l.deliver_curve.push_back(p);
    });
  }
  void read_lists(run& r) {
    const json::value* predicted = object.if_contains("predicted");
    if (predicted && !predicted->is_null()) {
      get(*predicted, path + "predicted", r.predicted.emplace());
    }
    each_of("seconds", [&](const json::value& v, const std::string& path) {
      get(v, path, r.seconds.emplace_back());
    });
  }

  void each_of(std::string_view name, auto read_item) {
    const json::value* v = object.if_contains(name);
    if (!v) return;
    const std::string text = path + std::string(name);
    if (!v->is_array()) refuse(text + " is not a list");
    std::size_t i = 0;
    for (const json::value& item : v->get_array())
      read_item(item, text + '[' + std::to_string(i++) + ']');
  }
};

}  // namespace

report from_json(std::string_view text) {
  json::error_code error;
  const json::value document = json::parse({text.data(), text.size()}, error);
  if (error) refuse("it is not JSON (" + error.message() + ")");
  if (!document.is_object()) refuse("it is not an object");
  field_reader top{document.get_object(), ""};
  std::string schema;
  top("schema", schema);
  if (schema != "linger-report/1") refuse("\"schema\" is not \"linger-report/1\"");
  if (!document.get_object().contains("runs")) refuse("\"runs\" is missing");
  report r;
  top("clock", r.clock);
  top("seed", r.seed);
  top("commit", r.commit);
  top("made_at", r.made_at);
  top("study", r.study);
  top("trace_hash", r.trace_hash);
  top("machine", r.machine);
  top("workload", r.workload);
  top.each_of("runs", [&](const json::value& v, const std::string& path) {
    field_reader::get(v, path, r.runs.emplace_back());
  });
  return r;
}

}  // namespace lingerd::sim
