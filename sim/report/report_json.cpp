#include "sim/report/json_document.hpp"
#include "sim/report/report_fields.hpp"
#include "sim/report/report_files.hpp"

namespace lingerd::sim {
namespace {

// Each field of a run has a line of its own; its value stays on that line.
constexpr int indented_depth = 3;

struct field_writer {
  json_document& out;

  void operator()(std::string_view name, const auto& member) {
    out.key(name);
    put(member);
  }

  template <class T>
  void put(const T& member) {
    if constexpr (requires { each_field(member, *this); }) {
      out.open('{');
      each_field(member, *this);
      close(member);
    } else {
      out.value(member);
    }
  }
  void put(const std::optional<double>& member) {
    if (member)
      out.value(*member);
    else
      out.null();
  }

  void close(const auto&) { out.close('}'); }
  void close(const latencies& l) {
    out.key("deliver_curve");
    out.open('[');
    for (const curve_point& p : l.deliver_curve) {
      out.next();
      out.open('[');
      out.next();
      out.value(p.quantile);
      out.next();
      out.value(p.us);
      out.close(']');
    }
    out.close(']');
    out.close('}');
  }
  void close(const run& r) {
    out.key("predicted");
    if (r.predicted)
      put(*r.predicted);
    else
      out.null();
    out.key("seconds");
    list(r.seconds);
    out.close('}');
  }

  void list(const auto& members) {
    out.open('[');
    for (const auto& m : members) {
      out.next();
      put(m);
    }
    out.close(']');
  }
};

}  // namespace

std::string to_json(const report& r) {
  json_document out(indented_depth);
  field_writer fields{out};
  out.open('{');
  fields("schema", std::string_view("linger-report/1"));
  fields("clock", r.clock);
  fields("seed", r.seed);
  fields("commit", r.commit);
  fields("made_at", r.made_at);
  fields("study", r.study);
  if (!r.trace_hash.empty()) fields("trace_hash", r.trace_hash);
  fields("machine", r.machine);
  fields("workload", r.workload);
  out.key("runs");
  fields.list(r.runs);
  out.close('}');
  return out.take() + '\n';
}

}  // namespace lingerd::sim
