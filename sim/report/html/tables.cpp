#include "sim/report/html/tables.hpp"

#include <algorithm>

#include "sim/report/number_format.hpp"
#include "sim/report/html/markup.hpp"
#include "sim/report/model/model.hpp"
#include "sim/report/html/strings.hpp"

namespace lingerd::sim::tables {
namespace {

phrase time(std::uint64_t us) { return same(figures::time_us(static_cast<double>(us))); }
phrase number(double n) { return same(figures::count(n)); }
phrase traffic_of(double bytes) { return same(figures::traffic(bytes)); }
phrase memory_of(double bytes) { return same(figures::memory(bytes)); }
phrase pair(const percentiles& p) {
  return same(figures::time_us(static_cast<double>(p.p50)) + " / " +
              figures::time_us(static_cast<double>(p.p99)));
}
template <class N>
double real(N n) {
  return static_cast<double>(n);
}

phrase verdict_of(const run& r) {
  if (!r.counts.is_clean()) return words::is_wrong;
  if (r.was_cut) return words::was_cut;
  if (!r.generator.valid) return words::is_invalid;
  return words::is_clean;
}

// The measured figure, the predicted one, and how far apart they are.
phrase beside(double measured, double predicted, std::string (*text)(double)) {
  std::string out = text(measured) + " / " + text(predicted);
  if (predicted > 0) out += " (" + figures::percent(measured / predicted - 1) + ")";
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
  // Columns are as wide as characters, not bytes: "µs", "×".
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
  table t{words::latency,
          {words::way, words::deliver_p50, same("p90"), same("p99"), same("p99.9"), words::largest,
           words::uncorrected, words::ack},
          {}};
  for (const run& one : r.runs) {
    const percentiles& d = one.latency_us.deliver;
    t.rows.push_back({words::name_of(one), time(d.p50), time(d.p90), time(d.p99), time(d.p999),
                      time(d.max), pair(one.latency_us.deliver_uncorrected),
                      pair(one.latency_us.ack)});
  }
  return t;
}

table correctness(const report& r) {
  table t{words::correctness,
          {words::way, words::verdict, words::attempted, words::acknowledged, words::delivered_of,
           words::lost, words::doubled, words::disordered, words::unexpected, words::refused},
          {}};
  for (const run& one : r.runs) {
    const message_counts& c = one.counts;
    t.rows.push_back(
        {words::name_of(one), verdict_of(one), number(real(c.attempted)),
         number(real(c.acknowledged)),
         same(figures::count(real(c.delivered)) + " / " + figures::count(real(c.expected))),
         number(real(c.lost)), number(real(c.duplicated)), number(real(c.out_of_order)),
         number(real(c.unexpected)), number(real(c.refused))});
  }
  return t;
}

table traffic(const report& r) {
  table t{words::traffic,
          {words::way, words::requests, words::connections, words::app_bytes, words::segments,
           words::wire_bytes, words::per_message, words::idle_per_hour},
          {}};
  for (const run& one : r.runs) {
    const wire_use& w = one.wire;
    const model_input in = input_of(r, one);
    const double idle = idle_hour_of(in.how, in.poll_interval_s, in.setting).requests;
    t.rows.push_back({words::name_of(one), number(real(w.requests)), number(real(w.connections)),
                      same(figures::traffic(real(w.app_bytes_sent)) + " / " +
                           figures::traffic(real(w.app_bytes_received))),
                      same(figures::count(real(w.segments)) + " (" +
                           figures::count(real(w.retransmitted)) + ")"),
                      traffic_of(real(w.wire_bytes)), traffic_of(w.wire_bytes_per_message),
                      same(figures::digits(idle) + " / " +
                           figures::traffic(w.wire_bytes_per_client_hour_idle))});
  }
  return t;
}

table server(const report& r) {
  table t{
      words::server,
      {words::way, words::cpu_s, words::cpu, words::rss_idle, words::rss_parked, words::per_client,
       words::written, words::per_message, words::generator_cpu, words::slip},
      {}};
  for (const run& one : r.runs) {
    const server_use& s = one.server;
    t.rows.push_back(
        {words::name_of(one), same(figures::digits(s.cpu_s)),
         same(figures::digits(s.cpu_us_per_delivery) + " µs"), memory_of(real(s.rss_idle_bytes)),
         memory_of(real(s.rss_parked_bytes)), memory_of(s.rss_bytes_per_client),
         memory_of(real(s.bytes_written)), memory_of(s.bytes_written_per_message),
         same(figures::digits(one.generator.cpu_percent) + " %"), time(one.generator.slip_p99_us)});
  }
  return t;
}

table against_model(const report& r) {
  table t{words::against_model,
          {words::way, words::requests, words::app_bytes_all, words::wire_bytes, words::wire_lan},
          {}};
  for (const run& one : r.runs) {
    if (!one.predicted) continue;
    const prediction& p = *one.predicted;
    const wire_use& w = one.wire;
    t.rows.push_back(
        {words::name_of(one), beside(real(w.requests), p.requests, figures::count),
         beside(real(w.app_bytes_sent + w.app_bytes_received), p.app_bytes, figures::traffic),
         beside(real(w.wire_bytes), p.wire_bytes, figures::traffic), traffic_of(p.wire_bytes_lan)});
  }
  return t;
}

}  // namespace lingerd::sim::tables
