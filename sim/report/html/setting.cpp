#include "sim/report/html/setting.hpp"

#include "sim/report/html/strings.hpp"
#include "sim/report/number_format.hpp"

namespace lingerd::sim {
namespace {

phrase or_unknown(const std::string& text) {
  return text.empty() ? phrase(strings::unknown) : same(text);
}

}  // namespace

std::vector<setting_line> setting_of(const report& r) {
  const workload& w = r.workload;
  std::vector<setting_line> all;
  const auto add = [&](const phrase& name, const phrase& value, bool is_code = false) {
    all.push_back({name, value, is_code});
  };
  add(strings::command, or_unknown(w.command), !w.command.empty());
  add(strings::commit, or_unknown(r.commit), !r.commit.empty());
  add(strings::seed, same(std::to_string(r.seed)));
  add(strings::made_at, or_unknown(r.made_at));
  add(strings::clock,
      r.clock == "virtual" ? phrase(strings::clock_virtual) : phrase(strings::clock_real));
  if (!r.trace_hash.empty()) add(strings::trace_hash, same(r.trace_hash), true);
  add(strings::clients, same(number_format::count(static_cast<double>(w.clients))));
  add(strings::duration,
      same(number_format::short_form(number_format::digits(w.duration_s)) + " s"));
  add(strings::rate, same(number_format::short_form(number_format::digits(w.rate_per_s)) + " /s"));
  add(strings::text_bytes, same(number_format::count(static_cast<double>(w.text_bytes)) + " B"));
  add(strings::hold, same(number_format::short_form(number_format::digits(w.wait_s)) + " s"));
  add(strings::groups, w.groups.empty() ? phrase(strings::pairs) : same(w.groups));
  add(strings::target, w.url.empty() ? phrase(strings::own_server) : same(w.url));
  add(strings::processor, or_unknown(r.machine.cpu));
  add(strings::cores, same(std::to_string(r.machine.cores)));
  add(strings::ram, same(number_format::memory(static_cast<double>(r.machine.memory_bytes))));
  add(strings::kernel, or_unknown(r.machine.kernel));
  add(strings::system, or_unknown(r.machine.system));
  return all;
}

phrase subtitle_of(const report& r) {
  const workload& w = r.workload;
  const std::string clients = number_format::count(static_cast<double>(w.clients));
  const std::string duration =
      number_format::short_form(number_format::digits(w.duration_s)) + " s";
  const phrase processor = or_unknown(r.machine.cpu);
  const phrase clock = r.clock == "virtual" ? phrase{"虚拟时间模拟", "simulated in virtual time"}
                                            : phrase{"实测", "measured"};
  return {clock.zh + " · " + clients + " 个客户端 · 每种 " + duration + " · " + processor.zh,
          clock.en + " · " + clients + " clients · " + duration + " each · " + processor.en};
}

}  // namespace lingerd::sim
