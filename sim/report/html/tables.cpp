#include "sim/report/html/tables.hpp"

#include <algorithm>

#include "sim/report/html/markup.hpp"
#include "sim/report/html/strings.hpp"
#include "sim/report/model/model.hpp"
#include "sim/report/number_format.hpp"

namespace lingerd::sim::tables {
namespace {

phrase time(std::uint64_t us) { return same(number_format::time_us(static_cast<double>(us))); }
phrase number(double n) { return same(number_format::count(n)); }
phrase traffic_of(double bytes) { return same(number_format::traffic(bytes)); }
phrase memory_of(double bytes) { return same(number_format::memory(bytes)); }
phrase pair(const percentiles& p) {
  return same(number_format::time_us(static_cast<double>(p.p50)) + " / " +
              number_format::time_us(static_cast<double>(p.p99)));
}
template <class N>
double real(N n) {
  return static_cast<double>(n);
}

phrase verdict_of(const run& r) {
  if (!r.counts.is_clean()) return strings::is_wrong;
  if (r.was_cut) return strings::was_cut;
  if (!r.generator.valid) return strings::is_invalid;
  return strings::is_clean;
}

// The measured and the predicted figure, and their relative difference.
phrase beside(double measured, double predicted, std::string (*text)(double)) {
  std::string out = text(measured) + " / " + text(predicted);
  if (predicted > 0) out += " (" + number_format::percent(measured / predicted - 1) + ")";
  return same(out);
}

}  // namespace

std::string html(const table& t) {
  std::string out =
      R"(<div class="scroll" tabindex="0" role="region"><table><caption class="sr">)" +
      markup::both(t.name) + "</caption><thead><tr>";
  for (std::size_t i = 0; i < t.heads.size(); ++i) {
    out += std::string(R"(<th scope="col")") + (i > 0 ? R"( class="num">)" : ">") +
           markup::both(t.heads[i]) + "</th>";
  }
  out += "</tr></thead><tbody>";
  for (const auto& row : t.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += i == 0 ? R"(<th scope="row">)" : R"(<td class="num">)";
      out += markup::both(row[i]);
      out += i == 0 ? "</th>" : "</td>";
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string plain_text(const table& t) {
  // Width in characters, not bytes: "µs" and "×" are longer in bytes.
  const auto width_of = [](const std::string& s) {
    return std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xc0) != 0x80; });
  };
  std::vector<std::ptrdiff_t> widths(t.heads.size());
  const auto widen = [&](const std::vector<phrase>& row) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i].en));
    }
  };
  widen(t.heads);
  for (const auto& row : t.rows) widen(row);
  std::string out;
  const auto line = [&](const std::vector<phrase>& row) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      const std::string air(static_cast<std::size_t>(widths[i] - width_of(row[i].en)), ' ');
      if (i > 0) out += "  ";
      out += i == 0 ? row[i].en + air : air + row[i].en;
    }
    out += '\n';
  };
  line(t.heads);
  for (const auto& row : t.rows) line(row);
  return out;
}

table latency(const report& r) {
  table t{strings::latency,
          {strings::mode, strings::deliver_p50, same("p90"), same("p99"), same("p99.9"),
           strings::largest, strings::uncorrected, strings::ack},
          {}};
  for (const run& run : r.runs) {
    const percentiles& d = run.latency_us.deliver;
    t.rows.push_back({strings::name_of(run), time(d.p50), time(d.p90), time(d.p99), time(d.p999),
                      time(d.max), pair(run.latency_us.deliver_uncorrected),
                      pair(run.latency_us.ack)});
  }
  return t;
}

table correctness(const report& r) {
  table t{strings::correctness,
          {strings::mode, strings::verdict, strings::attempted, strings::acknowledged,
           strings::delivered_of, strings::lost, strings::duplicated, strings::out_of_order,
           strings::unexpected, strings::refused},
          {}};
  for (const run& run : r.runs) {
    const message_counts& c = run.counts;
    t.rows.push_back({strings::name_of(run), verdict_of(run), number(real(c.attempted)),
                      number(real(c.acknowledged)),
                      same(number_format::count(real(c.delivered)) + " / " +
                           number_format::count(real(c.expected))),
                      number(real(c.lost)), number(real(c.duplicated)),
                      number(real(c.out_of_order)), number(real(c.unexpected)),
                      number(real(c.refused))});
  }
  return t;
}

table traffic(const report& r) {
  table t{strings::traffic,
          {strings::mode, strings::requests, strings::connections, strings::app_bytes,
           strings::segments, strings::wire_bytes, strings::per_message, strings::idle_per_hour},
          {}};
  for (const run& run : r.runs) {
    const wire_use& w = run.wire;
    const model_input input = input_of(r, run);
    const double idle =
        idle_hour_of(input.transport, input.poll_interval_s, input.setting).requests;
    t.rows.push_back({strings::name_of(run), number(real(w.requests)), number(real(w.connections)),
                      same(number_format::traffic(real(w.app_bytes_sent)) + " / " +
                           number_format::traffic(real(w.app_bytes_received))),
                      same(number_format::count(real(w.segments)) + " (" +
                           number_format::count(real(w.retransmitted)) + ")"),
                      traffic_of(real(w.wire_bytes)), traffic_of(w.wire_bytes_per_message),
                      same(number_format::digits(idle) + " / " +
                           number_format::traffic(w.wire_bytes_per_client_hour_idle))});
  }
  return t;
}

table server(const report& r) {
  table t{strings::server,
          {strings::mode, strings::cpu_s, strings::cpu, strings::rss_idle, strings::rss_parked,
           strings::per_client, strings::written, strings::per_message, strings::generator_cpu,
           strings::slip},
          {}};
  for (const run& run : r.runs) {
    const server_use& s = run.server;
    t.rows.push_back({strings::name_of(run), same(number_format::digits(s.cpu_s)),
                      same(number_format::digits(s.cpu_us_per_delivery) + " µs"),
                      memory_of(real(s.rss_idle_bytes)), memory_of(real(s.rss_parked_bytes)),
                      memory_of(s.rss_bytes_per_client), memory_of(real(s.bytes_written)),
                      memory_of(s.bytes_written_per_message),
                      same(number_format::digits(run.generator.cpu_percent) + " %"),
                      time(run.generator.slip_p99_us)});
  }
  return t;
}

table against_model(const report& r) {
  table t{strings::against_model,
          {strings::mode, strings::requests, strings::app_bytes_all, strings::wire_bytes,
           strings::wire_lan},
          {}};
  for (const run& run : r.runs) {
    if (!run.predicted) continue;
    const prediction& p = *run.predicted;
    const wire_use& w = run.wire;
    t.rows.push_back(
        {strings::name_of(run), beside(real(w.requests), p.requests, number_format::count),
         beside(real(w.app_bytes_sent + w.app_bytes_received), p.app_bytes, number_format::traffic),
         beside(real(w.wire_bytes), p.wire_bytes, number_format::traffic),
         traffic_of(p.wire_bytes_lan)});
  }
  return t;
}

}  // namespace lingerd::sim::tables
