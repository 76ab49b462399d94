#include "sim/report/html/setting.hpp"

#include "sim/report/number_format.hpp"
#include "sim/report/html/strings.hpp"

namespace lingerd::sim {
namespace {

phrase or_unknown(const std::string& text) {
  return text.empty() ? phrase(words::unknown) : same(text);
}

}  // namespace

std::vector<setting_line> setting_of(const report& r) {
  const workload& w = r.workload;
  std::vector<setting_line> all;
  const auto add = [&](const phrase& name, const phrase& value, bool is_code = false) {
    all.push_back({name, value, is_code});
  };
  add(words::command, or_unknown(w.command), !w.command.empty());
  add(words::commit, or_unknown(r.commit), !r.commit.empty());
  add(words::seed, same(std::to_string(r.seed)));
  add(words::made_at, or_unknown(r.made_at));
  add(words::clock,
      r.clock == "virtual" ? phrase(words::clock_virtual) : phrase(words::clock_real));
  if (!r.trace_hash.empty()) add(words::trace_hash, same(r.trace_hash), true);
  add(words::clients, same(figures::count(static_cast<double>(w.clients))));
  add(words::duration, same(figures::short_form(figures::digits(w.duration_s)) + " s"));
  add(words::rate, same(figures::short_form(figures::digits(w.rate_per_s)) + " /s"));
  add(words::text_bytes, same(figures::count(static_cast<double>(w.text_bytes)) + " B"));
  add(words::hold, same(figures::short_form(figures::digits(w.wait_s)) + " s"));
  add(words::groups, w.groups.empty() ? phrase(words::pairs) : same(w.groups));
  add(words::target, w.url.empty() ? phrase(words::own_server) : same(w.url));
  add(words::processor, or_unknown(r.machine.cpu));
  add(words::cores, same(std::to_string(r.machine.cores)));
  add(words::ram, same(figures::memory(static_cast<double>(r.machine.memory_bytes))));
  add(words::kernel, or_unknown(r.machine.kernel));
  add(words::system, or_unknown(r.machine.system));
  return all;
}

phrase lead_of(const report& r) {
  const workload& w = r.workload;
  const std::string clients = figures::count(static_cast<double>(w.clients));
  const std::string each = figures::short_form(figures::digits(w.duration_s)) + " s";
  const phrase where = or_unknown(r.machine.cpu);
  const phrase clock = r.clock == "virtual" ? phrase{"在虚拟世界里", "in a virtual world"}
                                            : phrase{"实测", "measured"};
  return {clock.zh + " · " + clients + " 个连接 · 每种 " + each + " · " + where.zh,
          clock.en + " · " + clients + " clients · " + each + " each · " + where.en};
}

}  // namespace lingerd::sim
