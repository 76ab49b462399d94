#include "sim/report/html/summary.hpp"

#include <algorithm>
#include <cmath>

#include "sim/report/html/strings.hpp"
#include "sim/report/number_format.hpp"
#include "sim/report/report_noise.hpp"

namespace lingerd::sim {
namespace {

constexpr double tie_factor =
    1.1;  // a tenth is below the noise between two runs on a shared machine

double median(const run& r) { return static_cast<double>(r.latency_us.deliver.p50); }
double idle(const run& r) { return r.wire.wire_bytes_per_client_hour_idle; }

phrase joined(const std::vector<phrase>& all) {
  phrase out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) out = out + (i + 1 == all.size() ? phrase{"和", " and "} : phrase{"、", ", "});
    out = out + all[i];
  }
  return out;
}

// The run with the least figure, and those within a factor of it that depends on the two runs.
std::vector<const run*> least_within(const report& r,
                                     const std::function<double(const run&)>& figure,
                                     const std::function<double(const run&, const run&)>& factor) {
  std::vector<const run*> all;
  for (const run& run : r.runs) {
    if (is_comparable(run) && figure(run) > 0) all.push_back(&run);
  }
  std::stable_sort(all.begin(), all.end(),
                   [&](const run* a, const run* b) { return figure(*a) < figure(*b); });
  const auto end = std::find_if(all.begin(), all.end(), [&](const run* run) {
    return figure(*run) > figure(*all.front()) * factor(*all.front(), *run);
  });
  all.erase(end, all.end());
  return all;
}

// "median 1.2 ms", or "medians from 1.2 to 1.3 ms" for several runs.
phrase medians(const std::vector<const run*>& runs) {
  const std::string low = number_format::time_us(median(*runs.front()));
  const std::string high = number_format::time_us(median(*runs.back()));
  if (low == high) return {"中位数 " + low, "median " + low};
  return {"中位数 " + low + " 至 " + high, "medians from " + low + " to " + high};
}

phrase fastest_sentence(const report& r) {
  const auto best = fastest(r);
  if (best.empty()) return {};
  const phrase names = list_of(best);
  const phrase times = medians(best);
  const std::string clients = number_format::count(static_cast<double>(best.front()->clients));
  const std::string rate = number_format::short_form(number_format::digits(r.workload.rate_per_s));
  const bool several = best.size() > 1;
  phrase out = {clients + " 个客户端、每秒 " + rate + " 条消息时，" + names.zh +
                    (several ? "送达速度相当（" : "送达最快（") + times.zh + "）",
                "With " + clients + " clients and " + rate + " messages a second, " + names.en +
                    (several ? " deliver equally fast (" : " delivers fastest (") + times.en + ")"};
  const auto cheapest = least(r, idle);
  if (!cheapest.empty()) {
    const std::string bytes = number_format::traffic(idle(*cheapest.front()));
    const phrase name = strings::name_of(*cheapest.front());
    out = out + phrase{"；" + name.zh + "空闲时开销最低，每客户端每小时 " + bytes + "。",
                       "; " + name.en + " has the least idle traffic, " + bytes +
                           " per client and hour."};
  } else {
    out = out + phrase{"。", "."};
  }
  return out;
}

phrase short_poll_sentence(const report& r) {
  const run* rarest = nullptr;   // polls least often
  const run* busiest = nullptr;  // polls most often
  for (const run& run : r.runs) {
    if (run.transport != "short" || !is_comparable(run)) continue;
    if (!rarest || run.poll_interval_s > rarest->poll_interval_s) rarest = &run;
    if (!busiest || run.poll_interval_s < busiest->poll_interval_s) busiest = &run;
  }
  const auto best = fastest(r);
  const auto cheapest = least(r, idle);
  if (!rarest || best.empty() || cheapest.empty() || best.front() == rarest) return {};
  const auto interval = [](const run& run) {
    const std::string name = strings::name_of(run).en;
    return name.substr(std::string("Short poll ").size());
  };
  const auto cost_factor = [&](const run& run) {
    return number_format::times(idle(run) / idle(*cheapest.front()));
  };
  const auto delay_factor = [&](const run& run) {
    return number_format::times(median(run) / median(*best.front()));
  };
  if (rarest == busiest) {
    return {"短轮询每 " + interval(*rarest) + " 问一次，送达要 " +
                number_format::time_us(median(*rarest)) + "（" + delay_factor(*rarest) +
                "），空闲每小时流量 " + number_format::traffic(idle(*rarest)) + "（" +
                cost_factor(*rarest) + "）。",
            "Short polling every " + interval(*rarest) + " takes " +
                number_format::time_us(median(*rarest)) + " to deliver (" + delay_factor(*rarest) +
                ") and " + number_format::traffic(idle(*rarest)) + " of traffic in an idle hour (" +
                cost_factor(*rarest) + ")."};
  }
  return {"短轮询要么慢，要么流量大：每 " + interval(*rarest) + " 问一次，送达要 " +
              number_format::time_us(median(*rarest)) + "（" + delay_factor(*rarest) + "）；每 " +
              interval(*busiest) + " 问一次，空闲每小时流量 " +
              number_format::traffic(idle(*busiest)) + "（" + cost_factor(*busiest) +
              "），送达还要 " + number_format::time_us(median(*busiest)) + "。",
          "Short polling is either slow or expensive: every " + interval(*rarest) +
              ", delivery takes " + number_format::time_us(median(*rarest)) + " (" +
              delay_factor(*rarest) + "); every " + interval(*busiest) +
              ", an idle client causes " + number_format::traffic(idle(*busiest)) +
              " of traffic an hour (" + cost_factor(*busiest) + ") and delivery still takes " +
              number_format::time_us(median(*busiest)) + "."};
}

phrase single_sentence(const run& r) {
  const phrase name = strings::name_of(r);
  const std::string clients = number_format::count(static_cast<double>(r.clients));
  const std::string delivered = number_format::count(static_cast<double>(r.counts.delivered));
  const std::string p50 = number_format::time_us(median(r));
  const std::string p99 = number_format::time_us(static_cast<double>(r.latency_us.deliver.p99));
  const std::string bytes = number_format::traffic(idle(r));
  return {clients + " 个" + name.zh + "客户端收到 " + delivered + " 条消息，中位数 " + p50 +
              "，99 % 在 " + p99 + " 以内；空闲时每客户端每小时 " + bytes + "。",
          clients + " clients using " + name.en + " received " + delivered + " messages, median " +
              p50 + ", 99 % within " + p99 + "; an idle client causes " + bytes +
              " of traffic an hour."};
}

}  // namespace

bool is_comparable(const run& r) {
  return r.generator.valid && !r.was_cut && r.counts.delivered > 0;
}

std::vector<const run*> least(const report& r, const std::function<double(const run&)>& figure) {
  return least_within(r, figure, [](const run&, const run&) { return tie_factor; });
}

std::vector<const run*> fastest(const report& r) {
  return least_within(r, median, [](const run& a, const run& b) {
    const double noise =
        std::hypot(noise_of(a, &second::deliver_p50_us), noise_of(b, &second::deliver_p50_us));
    // A send is acknowledged once it is on disk, whatever the transport of the listeners. Where
    // that took longer, the machine was busier, and the transport is not the cause.
    const auto ack = [](const run& r) { return static_cast<double>(r.latency_us.ack.p50); };
    const double busier = ack(a) > 0 ? ack(b) / ack(a) : 1;
    return tie_factor * std::max({1.0, 1 + noise, busier});
  });
}

phrase list_of(const std::vector<const run*>& runs) {
  std::vector<phrase> names;
  for (const run* r : runs) names.push_back(strings::name_of(*r));
  return joined(names);
}

phrase summary_of(const report& r) {
  std::vector<const run*> comparable;
  for (const run& run : r.runs) {
    if (is_comparable(run)) comparable.push_back(&run);
  }
  if (comparable.empty()) {
    return {"没有可供比较的一轮。", "This report has no run that can be compared."};
  }
  if (comparable.size() == 1) {
    const phrase sentence = single_sentence(*comparable.front());
    return {with_air(sentence.zh), sentence.en};
  }
  const phrase first = fastest_sentence(r);
  const phrase second = short_poll_sentence(r);
  if (second.en.empty()) return {with_air(first.zh), first.en};
  return {with_air(first.zh + second.zh), first.en + " " + second.en};
}

phrase warning_of(const report& r) {
  phrase out;
  const auto add = [&](const run& run, const phrase& problem) {
    const phrase name = strings::name_of(run);
    if (!out.en.empty()) out.en += ' ';
    out = out + phrase{name.zh + "：" + problem.zh + "。", name.en + ": " + problem.en + "."};
  };
  for (const run& run : r.runs) {
    if (!run.counts.is_clean()) {
      phrase problem = strings::is_wrong;
      if (!run.first_case.empty()) {
        problem =
            problem + phrase{"，第一个错误：" + run.first_case, ", first error: " + run.first_case};
      }
      add(run, problem);
    }
    if (!run.generator.valid) add(run, strings::is_invalid);
    if (run.was_cut) add(run, strings::was_cut);
  }
  return out;
}

}  // namespace lingerd::sim
