#include "sim/report/html/charts.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/report/html/markup.hpp"
#include "sim/report/html/strings.hpp"
#include "sim/report/html/svg.hpp"
#include "sim/report/number_format.hpp"

namespace lingerd::sim::charts {
namespace {

// Colour of a transport, and a dash pattern for further runs of the same transport: "3 d1".
std::string style_of(const report& r, const run& run) {
  const char* colour = run.transport == "short"  ? "1"
                       : run.transport == "long" ? "2"
                       : run.transport == "sse"  ? "3"
                                                 : "4";
  const auto earlier = std::count_if(
      r.runs.data(), &run, [&](const auto& other) { return other.transport == run.transport; });
  return std::string(colour) + " d" + std::to_string(std::min<std::ptrdiff_t>(earlier, 3));
}

std::string percent(double part) { return svg::number(part * 100) + "%"; }

double lowest_of(const report& r, const std::function<double(const run&)>& value) {
  double lowest = 0;
  for (const run& run : r.runs) {
    const double v = value(run);
    if (v > 0 && (lowest == 0 || v < lowest)) lowest = v;
  }
  return lowest > 0 ? lowest : 1;
}

double highest_of(const report& r, const std::function<double(const run&)>& value) {
  double highest = 0;
  for (const run& run : r.runs) highest = std::max(highest, value(run));
  return highest > 0 ? highest : 1;
}

// Thins out ticks evenly to at most `count_max`.
std::vector<double> thin_out(const std::vector<double>& all, std::size_t count_max) {
  std::vector<double> out;
  const std::size_t step = (all.size() + count_max - 1) / count_max;
  for (std::size_t i = 0; i < all.size(); i += step) out.push_back(all[i]);
  return out;
}

// Without the drain, during which nothing is sent.
std::span<const second> steady_seconds(const run& run) {
  std::size_t n = run.seconds.size();
  while (n > 0 && run.seconds[n - 1].t_s + 0.5 > run.duration_s) --n;
  return {run.seconds.data(), n};
}

std::string tick_text(double value, const std::function<std::string(double)>& text) {
  return value == 0 ? "0" : number_format::short_form(text(value));
}

}  // namespace

bool needs_log(const report& r, const bar_figure& figure) {
  const double highest =
      std::max(highest_of(r, figure.value), figure.extended ? highest_of(r, figure.extended) : 0);
  return highest / lowest_of(r, figure.value) > 8;
}

std::string bars(const report& r, const bar_figure& figure, const std::string& label_id) {
  const auto extended_or_value = [&](const run& run) {
    return std::max(figure.value(run), figure.extended ? figure.extended(run) : 0.0);
  };
  // A logarithmic axis has no natural origin: start below the least value, so that its bar is
  // visible.
  const svg::scale axis = needs_log(r, figure)
                              ? svg::scale::logarithmic_within(lowest_of(r, figure.value) / 2,
                                                               highest_of(r, extended_or_value))
                              : svg::scale::linear(highest_of(r, extended_or_value));
  std::string ticks;
  for (const double t : axis.ticks()) {
    ticks += R"(<path class="grid" d="M)" + svg::number(axis.position(t) * 100) + R"( 0v10"/>)";
  }
  std::string out = R"(<div class="bars" role="group" aria-labelledby=")" + label_id + R"(">)";
  for (const run& run : r.runs) {
    const std::string colour = "k" + style_of(r, run);
    const double value = figure.value(run);
    out += R"(<div class="bar"><span>)" + markup::both(strings::name_of(run)) + "</span>" +
           R"(<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">)" + ticks;
    if (figure.extended) {
      out += R"(<rect class=")" + colour + R"( far" y="2" height="6" width=")" +
             svg::number(axis.position(extended_or_value(run)) * 100) + R"("/>)";
    }
    if (value > 0) {
      out += R"(<rect class=")" + colour + R"(" y="1" height="8" width=")" +
             svg::number(std::max(axis.position(value) * 100, 0.6)) + R"("/>)";
    }
    out += "</svg><b>" + markup::escaped(figure.text ? figure.text(run) : figure.tick(value)) +
           "</b></div>";
  }
  out += R"(<div class="bar" aria-hidden="true"><span></span><div class="axis">)";
  for (const double t : thin_out(axis.ticks(), 4)) {
    const double position = axis.position(t);
    const char* edge = position < 0.03  ? R"( class="first")"
                       : position > 0.9 ? R"( class="last")"
                                        : "";
    out += "<i" + std::string(edge) + R"( style="left:)" + percent(position) + R"(">)" +
           markup::escaped(tick_text(t, figure.tick)) + "</i>";
  }
  return out + "</div><b></b></div></div>";
}

std::string legend(const report& r) {
  std::string out = R"(<ul class="legend">)";
  for (const run& run : r.runs) {
    out += R"(<li><svg viewBox="0 0 30 10" aria-hidden="true"><path class="s)" + style_of(r, run) +
           R"(" d="M1 5h28"/></svg>)" + markup::both(strings::name_of(run)) + "</li>";
  }
  return out + "</ul>";
}

bool has_curve(const report& r) {
  return std::any_of(r.runs.begin(), r.runs.end(),
                     [](const run& run) { return run.latency_us.deliver_curve.size() > 1; });
}

std::string curve(const report& r, const std::string& label_id) {
  double lowest = 0, highest = 0, finest = 1;
  for (const run& run : r.runs) {
    for (const curve_point& p : run.latency_us.deliver_curve) {
      const double us = std::max<double>(static_cast<double>(p.us), 1);
      if (lowest == 0 || us < lowest) lowest = us;
      highest = std::max(highest, us);
      if (p.quantile < 1) finest = std::min(finest, 1 - p.quantile);
    }
  }
  if (lowest == 0) return {};
  // The x axis runs over 0, 90 %, 99 %, 99.9 % …: the logarithm of the part that is still slower.
  const double decades = std::clamp(-std::log10(finest), 1.0, 6.0);
  const svg::scale y = svg::scale::logarithmic(lowest, highest);
  const auto draw = [&](double width, double height, const std::string& classes) {
    svg::plot p;
    p.width = width;
    p.height = height;
    p.left = 58;
    p.bottom = 44;
    p.x = [&](double quantile) {
      return std::min(-std::log10(std::max(1 - quantile, 1e-9)), decades) / decades;
    };
    p.y = [&](double us) { return y.position(us); };
    p.x_ticks.push_back({0, same("0")});
    if (width > 500) p.x_ticks.push_back({p.x(0.5), same("50")});
    for (int d = 1; d <= static_cast<int>(decades + 0.01); ++d) {
      const std::string nines(static_cast<std::size_t>(std::max(d - 2, 0)), '9');
      p.x_ticks.push_back({d / decades, same(d == 1 ? "90" : d == 2 ? "99" : "99." + nines)});
    }
    for (const double t : y.ticks()) {
      p.y_ticks.push_back({y.position(t), same(tick_text(t, number_format::time_us))});
    }
    p.x_title = strings::curve_axis;
    for (const run& run : r.runs) {
      svg::polyline l;
      l.classes = "s" + style_of(r, run);
      for (const curve_point& c : run.latency_us.deliver_curve) {
        l.points.emplace_back(c.quantile, static_cast<double>(c.us));
      }
      p.lines.push_back(std::move(l));
    }
    return svg::open(width, height, classes, label_id) + p.content() + svg::close();
  };
  // Drawn twice, so that the text has the same size on a phone.
  return draw(940, 340, "ch wide") + draw(350, 300, "ch narrow");
}

bool has_seconds(const report& r) {
  return std::any_of(r.runs.begin(), r.runs.end(),
                     [](const run& run) { return steady_seconds(run).size() > 1; });
}

std::string seconds(const report& r) {
  double most = 0, lowest = 0, highest = 0;
  for (const run& run : r.runs) {
    for (const second& s : steady_seconds(run)) {
      most = std::max(most, static_cast<double>(s.delivered));
      if (s.delivered == 0) continue;
      const double low = std::max<double>(static_cast<double>(s.deliver_p50_us), 1);
      lowest = lowest == 0 ? low : std::min(lowest, low);
      highest = std::max(highest, static_cast<double>(s.deliver_p99_us));
    }
  }
  const svg::scale rate = svg::scale::linear(most);
  const svg::scale time = svg::scale::logarithmic(std::max(lowest, 1.0), std::max(highest, 10.0));
  std::string out = R"(<div class="small">)";
  std::size_t i = 0;
  for (const run& run : r.runs) {
    const std::span<const second> steady = steady_seconds(run);
    if (steady.size() < 2) continue;
    const double begin = steady.front().t_s;
    const double length = std::max(steady.back().t_s - begin, 1.0);
    const std::string style = style_of(r, run);
    svg::plot upper;
    upper.width = 300;
    upper.height = 84;
    upper.bottom = 8;
    upper.x = [=](double t) { return (t - begin) / length; };
    upper.y = [&](double n) { return rate.position(n); };
    for (const double t : {0.0, rate.ticks().back()}) {
      upper.y_ticks.push_back({rate.position(t), same(tick_text(t, number_format::digits))});
    }
    svg::polyline area{"area k" + style, {}, true};
    svg::plot lower = upper;
    lower.height = 122;
    lower.bottom = 26;
    lower.y = [&](double us) { return time.position(us); };
    lower.y_ticks.clear();
    for (const double t : thin_out(time.ticks(), 4)) {
      lower.y_ticks.push_back({time.position(t), same(tick_text(t, number_format::time_us))});
    }
    svg::polyline p50{"thin s" + style, {}, false};
    svg::polyline p99{"s" + style.substr(0, 1), {}, false};
    for (const second& s : steady) {
      area.points.emplace_back(s.t_s, static_cast<double>(s.delivered));
      if (s.delivered == 0) continue;
      p50.points.emplace_back(s.t_s, static_cast<double>(s.deliver_p50_us));
      p99.points.emplace_back(s.t_s, static_cast<double>(s.deliver_p99_us));
    }
    p50.classes = "thin s" + style.substr(0, 1);
    upper.lines = {std::move(area)};
    lower.lines = {std::move(p50), std::move(p99)};
    lower.x_ticks = {
        {0, same(tick_text(begin, number_format::digits))},
        {1, same(number_format::short_form(number_format::digits(begin + length)) + " s")}};
    const std::string id = "sec" + std::to_string(i++);
    out += R"(<figure><figcaption id=")" + id + R"(">)" + markup::both(strings::name_of(run)) +
           "</figcaption>" + svg::open(300, 206, "ch", id) + upper.content() + lower.content(84) +
           svg::close() + "</figure>";
  }
  return out + "</div>";
}

}  // namespace lingerd::sim::charts
