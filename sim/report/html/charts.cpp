#include "sim/report/html/charts.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "sim/report/number_format.hpp"
#include "sim/report/html/markup.hpp"
#include "sim/report/html/strings.hpp"
#include "sim/report/html/svg.hpp"

namespace lingerd::sim::charts {
namespace {

// The colour of a transport, and a dash for the second and third run of the same one: "3 d1".
std::string look_of(const report& r, const run& one) {
  const char* colour = one.transport == "short"  ? "1"
                       : one.transport == "long" ? "2"
                       : one.transport == "sse"  ? "3"
                                                 : "4";
  const auto before = std::count_if(
      r.runs.data(), &one, [&](const run& other) { return other.transport == one.transport; });
  return std::string(colour) + " d" + std::to_string(std::min<std::ptrdiff_t>(before, 3));
}

std::string percent(double part) { return svg::number(part * 100) + "%"; }

double lowest_of(const report& r, const std::function<double(const run&)>& value) {
  double lowest = 0;
  for (const run& one : r.runs) {
    const double v = value(one);
    if (v > 0 && (lowest == 0 || v < lowest)) lowest = v;
  }
  return lowest > 0 ? lowest : 1;
}

double highest_of(const report& r, const std::function<double(const run&)>& value) {
  double highest = 0;
  for (const run& one : r.runs) highest = std::max(highest, value(one));
  return highest > 0 ? highest : 1;
}

// Ticks that do not stand too close: at most so many, evenly.
std::vector<double> some(const std::vector<double>& all, std::size_t most) {
  std::vector<double> out;
  const std::size_t step = (all.size() + most - 1) / most;
  for (std::size_t i = 0; i < all.size(); i += step) out.push_back(all[i]);
  return out;
}

// Without the drain, in which nothing is sent any more.
std::span<const second> steady_seconds(const run& one) {
  std::size_t n = one.seconds.size();
  while (n > 0 && one.seconds[n - 1].t_s + 0.5 > one.duration_s) --n;
  return {one.seconds.data(), n};
}

std::string tick_text(double value, const std::function<std::string(double)>& text) {
  return value == 0 ? "0" : figures::short_form(text(value));
}

}  // namespace

bool needs_log(const report& r, const bar_figure& figure) {
  const double highest =
      std::max(highest_of(r, figure.value), figure.further ? highest_of(r, figure.further) : 0);
  return highest / lowest_of(r, figure.value) > 8;
}

std::string bars(const report& r, const bar_figure& figure, const std::string& labelled_by) {
  const auto furthest = [&](const run& one) {
    return std::max(figure.value(one), figure.further ? figure.further(one) : 0.0);
  };
  // A logarithmic axis has no natural beginning: a bar of the least value is still to be seen.
  const svg::scale axis =
      needs_log(r, figure)
          ? svg::scale::logarithmic_within(lowest_of(r, figure.value) / 2, highest_of(r, furthest))
          : svg::scale::linear(highest_of(r, furthest));
  std::string ticks;
  for (const double t : axis.ticks()) {
    ticks += R"(<path class="grid" d="M)" + svg::number(axis.at(t) * 100) + R"( 0v10"/>)";
  }
  std::string out = R"(<div class="bars" role="group" aria-labelledby=")" + labelled_by + R"(">)";
  for (const run& one : r.runs) {
    const std::string colour = "k" + look_of(r, one);
    const double value = figure.value(one);
    out += R"(<div class="bar"><span>)" + markup::both(words::name_of(one)) + "</span>" +
           R"(<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">)" + ticks;
    if (figure.further) {
      out += R"(<rect class=")" + colour + R"( far" y="2" height="6" width=")" +
             svg::number(axis.at(furthest(one)) * 100) + R"("/>)";
    }
    if (value > 0) {
      out += R"(<rect class=")" + colour + R"(" y="1" height="8" width=")" +
             svg::number(std::max(axis.at(value) * 100, 0.6)) + R"("/>)";
    }
    out += "</svg><b>" + markup::escaped(figure.text ? figure.text(one) : figure.tick(value)) +
           "</b></div>";
  }
  out += R"(<div class="bar" aria-hidden="true"><span></span><div class="axis">)";
  for (const double t : some(axis.ticks(), 4)) {
    const double at = axis.at(t);
    const char* edge = at < 0.03 ? R"( class="first")" : at > 0.9 ? R"( class="last")" : "";
    out += "<i" + std::string(edge) + R"( style="left:)" + percent(at) + R"(">)" +
           markup::escaped(tick_text(t, figure.tick)) + "</i>";
  }
  return out + "</div><b></b></div></div>";
}

std::string legend(const report& r) {
  std::string out = R"(<ul class="legend">)";
  for (const run& one : r.runs) {
    out += R"(<li><svg viewBox="0 0 30 10" aria-hidden="true"><path class="s)" + look_of(r, one) +
           R"(" d="M1 5h28"/></svg>)" + markup::both(words::name_of(one)) + "</li>";
  }
  return out + "</ul>";
}

bool has_curve(const report& r) {
  return std::any_of(r.runs.begin(), r.runs.end(),
                     [](const run& one) { return one.latency_us.deliver_curve.size() > 1; });
}

std::string curve(const report& r, const std::string& labelled_by) {
  double lowest = 0, highest = 0, finest = 1;
  for (const run& one : r.runs) {
    for (const curve_point& p : one.latency_us.deliver_curve) {
      const double us = std::max<double>(static_cast<double>(p.us), 1);
      if (lowest == 0 || us < lowest) lowest = us;
      highest = std::max(highest, us);
      if (p.quantile < 1) finest = std::min(finest, 1 - p.quantile);
    }
  }
  if (lowest == 0) return {};
  // From 0 over 90 %, 99 %, 99.9 % …: the axis is the logarithm of what is still slower.
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
    p.y = [&](double us) { return y.at(us); };
    p.x_ticks.push_back({0, same("0")});
    if (width > 500) p.x_ticks.push_back({p.x(0.5), same("50")});
    for (int d = 1; d <= static_cast<int>(decades + 0.01); ++d) {
      const std::string nines(static_cast<std::size_t>(std::max(d - 2, 0)), '9');
      p.x_ticks.push_back({d / decades, same(d == 1 ? "90" : d == 2 ? "99" : "99." + nines)});
    }
    for (const double t : y.ticks()) {
      p.y_ticks.push_back({y.at(t), same(tick_text(t, figures::time_us))});
    }
    p.x_title = words::curve_axis;
    for (const run& one : r.runs) {
      svg::line l;
      l.classes = "s" + look_of(r, one);
      for (const curve_point& c : one.latency_us.deliver_curve) {
        l.points.emplace_back(c.quantile, static_cast<double>(c.us));
      }
      p.lines.push_back(std::move(l));
    }
    return svg::open(width, height, classes, labelled_by) + p.inside() + svg::close();
  };
  // Drawn twice, so that its letters have the same size on a phone.
  return draw(940, 340, "ch wide") + draw(350, 300, "ch narrow");
}

bool has_seconds(const report& r) {
  return std::any_of(r.runs.begin(), r.runs.end(),
                     [](const run& one) { return steady_seconds(one).size() > 1; });
}

std::string seconds(const report& r) {
  double most = 0, lowest = 0, highest = 0;
  for (const run& one : r.runs) {
    for (const second& s : steady_seconds(one)) {
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
  for (const run& one : r.runs) {
    const std::span<const second> steady = steady_seconds(one);
    if (steady.size() < 2) continue;
    const double from = steady.front().t_s;
    const double length = std::max(steady.back().t_s - from, 1.0);
    const std::string look = look_of(r, one);
    svg::plot upper;
    upper.width = 300;
    upper.height = 84;
    upper.bottom = 8;
    upper.x = [=](double t) { return (t - from) / length; };
    upper.y = [&](double n) { return rate.at(n); };
    for (const double t : {0.0, rate.ticks().back()}) {
      upper.y_ticks.push_back({rate.at(t), same(tick_text(t, figures::digits))});
    }
    svg::line area{"area k" + look, {}, true};
    svg::plot lower = upper;
    lower.height = 122;
    lower.bottom = 26;
    lower.y = [&](double us) { return time.at(us); };
    lower.y_ticks.clear();
    for (const double t : some(time.ticks(), 4)) {
      lower.y_ticks.push_back({time.at(t), same(tick_text(t, figures::time_us))});
    }
    svg::line p50{"thin s" + look, {}, false};
    svg::line p99{"s" + look.substr(0, 1), {}, false};
    for (const second& s : steady) {
      area.points.emplace_back(s.t_s, static_cast<double>(s.delivered));
      if (s.delivered == 0) continue;
      p50.points.emplace_back(s.t_s, static_cast<double>(s.deliver_p50_us));
      p99.points.emplace_back(s.t_s, static_cast<double>(s.deliver_p99_us));
    }
    p50.classes = "thin s" + look.substr(0, 1);
    upper.lines = {std::move(area)};
    lower.lines = {std::move(p50), std::move(p99)};
    lower.x_ticks = {{0, same(tick_text(from, figures::digits))},
                     {1, same(figures::short_form(figures::digits(from + length)) + " s")}};
    const std::string id = "sec" + std::to_string(i++);
    out += R"(<figure><figcaption id=")" + id + R"(">)" + markup::both(words::name_of(one)) +
           "</figcaption>" + svg::open(300, 206, "ch", id) + upper.inside() + lower.inside(84) +
           svg::close() + "</figure>";
  }
  return out + "</div>";
}

}  // namespace lingerd::sim::charts
