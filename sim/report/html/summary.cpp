#include "sim/report/html/summary.hpp"

#include <algorithm>
#include <cmath>

#include "sim/report/number_format.hpp"
#include "sim/report/report_noise.hpp"
#include "sim/report/html/strings.hpp"

namespace lingerd::sim {
namespace {

constexpr double near = 1.1;  // a tenth is below the noise of two runs on a shared machine

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

// The least, and those that are not above it by more than a factor that depends on the two.
std::vector<const run*> least_within(const report& r,
                                     const std::function<double(const run&)>& figure,
                                     const std::function<double(const run&, const run&)>& factor) {
  std::vector<const run*> all;
  for (const run& one : r.runs) {
    if (counts_in(one) && figure(one) > 0) all.push_back(&one);
  }
  std::stable_sort(all.begin(), all.end(),
                   [&](const run* a, const run* b) { return figure(*a) < figure(*b); });
  const auto far = std::find_if(all.begin(), all.end(), [&](const run* one) {
    return figure(*one) > figure(*all.front()) * factor(*all.front(), *one);
  });
  all.erase(far, all.end());
  return all;
}

// "median 1.2 ms", or "medians from 1.2 to 1.3 ms" of several.
phrase medians(const std::vector<const run*>& runs) {
  const std::string low = figures::time_us(median(*runs.front()));
  const std::string high = figures::time_us(median(*runs.back()));
  if (low == high) return {"中位数 " + low, "median " + low};
  return {"中位数 " + low + " 至 " + high, "medians from " + low + " to " + high};
}

phrase fastest_sentence(const report& r) {
  const auto best = fastest(r);
  if (best.empty()) return {};
  const phrase who = list_of(best);
  const phrase how = medians(best);
  const std::string clients = figures::count(static_cast<double>(best.front()->clients));
  const std::string rate = figures::short_form(figures::digits(r.workload.rate_per_s));
  const bool several = best.size() > 1;
  phrase out = {clients + " 个连接、每秒 " + rate + " 条消息时，" + who.zh +
                    (several ? "送达得一样快（" : "送达最快（") + how.zh + "）",
                "With " + clients + " clients and " + rate + " messages a second, " + who.en +
                    (several ? " deliver equally fast (" : " delivers fastest (") + how.en + ")"};
  const auto cheapest = least(r, idle);
  if (!cheapest.empty()) {
    const std::string bytes = figures::traffic(idle(*cheapest.front()));
    const phrase name = words::name_of(*cheapest.front());
    out = out +
          phrase{"；" + name.zh + "空闲时最省，每连接每小时 " + bytes + "。",
                 "; " + name.en + " costs least while idle, " + bytes + " per client and hour."};
  } else {
    out = out + phrase{"。", "."};
  }
  return out;
}

phrase short_poll_sentence(const report& r) {
  const run* slow = nullptr;   // asks least often
  const run* eager = nullptr;  // asks most often
  for (const run& one : r.runs) {
    if (one.transport != "short" || !counts_in(one)) continue;
    if (!slow || one.poll_interval_s > slow->poll_interval_s) slow = &one;
    if (!eager || one.poll_interval_s < eager->poll_interval_s) eager = &one;
  }
  const auto best = fastest(r);
  const auto cheapest = least(r, idle);
  if (!slow || best.empty() || cheapest.empty() || best.front() == slow) return {};
  const auto every = [](const run& one) {
    const std::string name = words::name_of(one).en;
    return name.substr(std::string("Short poll ").size());
  };
  const auto against = [&](const run& one) {
    return figures::times(idle(one) / idle(*cheapest.front()));
  };
  const auto slower = [&](const run& one) {
    return figures::times(median(one) / median(*best.front()));
  };
  if (slow == eager) {
    return {"短轮询每 " + every(*slow) + " 问一次，送达要 " + figures::time_us(median(*slow)) +
                "（" + slower(*slow) + "），空闲每小时 " + figures::traffic(idle(*slow)) + "（" +
                against(*slow) + "）。",
            "Short polling every " + every(*slow) + " takes " + figures::time_us(median(*slow)) +
                " to deliver (" + slower(*slow) + ") and " + figures::traffic(idle(*slow)) +
                " an idle hour (" + against(*slow) + ")."};
  }
  return {"短轮询不是慢就是贵：每 " + every(*slow) + " 问一次，送达要 " +
              figures::time_us(median(*slow)) + "（" + slower(*slow) + "）；每 " + every(*eager) +
              " 问一次，空闲每小时 " + figures::traffic(idle(*eager)) + "（" + against(*eager) +
              "），送达还要 " + figures::time_us(median(*eager)) + "。",
          "Short polling is slow or dear: every " + every(*slow) + ", delivery takes " +
              figures::time_us(median(*slow)) + " (" + slower(*slow) + "); every " + every(*eager) +
              ", an idle client costs " + figures::traffic(idle(*eager)) + " an hour (" +
              against(*eager) + ") and delivery still takes " + figures::time_us(median(*eager)) +
              "."};
}

phrase single_sentence(const run& r) {
  const phrase name = words::name_of(r);
  const std::string clients = figures::count(static_cast<double>(r.clients));
  const std::string delivered = figures::count(static_cast<double>(r.counts.delivered));
  const std::string p50 = figures::time_us(median(r));
  const std::string p99 = figures::time_us(static_cast<double>(r.latency_us.deliver.p99));
  const std::string bytes = figures::traffic(idle(r));
  return {clients + " 个" + name.zh + "连接收到 " + delivered + " 条消息，中位数 " + p50 +
              "，99 % 在 " + p99 + " 以内；空闲时每连接每小时 " + bytes + "。",
          clients + " clients on " + name.en + " received " + delivered + " messages, median " +
              p50 + ", 99 % within " + p99 + "; an idle client costs " + bytes + " an hour."};
}

}  // namespace

bool counts_in(const run& r) { return r.generator.valid && !r.was_cut && r.counts.delivered > 0; }

std::vector<const run*> least(const report& r, const std::function<double(const run&)>& figure) {
  return least_within(r, figure, [](const run&, const run&) { return near; });
}

std::vector<const run*> fastest(const report& r) {
  return least_within(r, median, [](const run& a, const run& b) {
    const double chance =
        std::hypot(noise_of(a, &second::deliver_p50_us), noise_of(b, &second::deliver_p50_us));
    // A send is acknowledged when it is on disk, whichever way anybody listens: where that took
    // longer, the machine was busier, and the way is not to blame.
    const auto ack = [](const run& r) { return static_cast<double>(r.latency_us.ack.p50); };
    const double busier = ack(a) > 0 ? ack(b) / ack(a) : 1;
    return near * std::max({1.0, 1 + chance, busier});
  });
}

phrase list_of(const std::vector<const run*>& runs) {
  std::vector<phrase> names;
  for (const run* r : runs) names.push_back(words::name_of(*r));
  return joined(names);
}

phrase answer_of(const report& r) {
  std::vector<const run*> whole;
  for (const run& one : r.runs) {
    if (counts_in(one)) whole.push_back(&one);
  }
  if (whole.empty()) {
    return {"没有一轮可以拿来比较。", "No run of this report can be compared."};
  }
  if (whole.size() == 1) {
    const phrase one = single_sentence(*whole.front());
    return {with_air(one.zh), one.en};
  }
  const phrase first = fastest_sentence(r);
  const phrase second = short_poll_sentence(r);
  if (second.en.empty()) return {with_air(first.zh), first.en};
  return {with_air(first.zh + second.zh), first.en + " " + second.en};
}

phrase warning_of(const report& r) {
  phrase out;
  const auto say = [&](const run& one, const phrase& what) {
    const phrase name = words::name_of(one);
    if (!out.en.empty()) out.en += ' ';
    out = out + phrase{name.zh + "：" + what.zh + "。", name.en + ": " + what.en + "."};
  };
  for (const run& one : r.runs) {
    if (!one.counts.is_clean()) {
      phrase what = words::is_wrong;
      if (!one.first_case.empty()) {
        what = what + phrase{"，第一处：" + one.first_case, ", first: " + one.first_case};
      }
      say(one, what);
    }
    if (!one.generator.valid) say(one, words::is_invalid);
    if (one.was_cut) say(one, words::was_cut);
  }
  return out;
}

}  // namespace lingerd::sim
