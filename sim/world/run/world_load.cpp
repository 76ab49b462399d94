#include "sim/world/run/world_load.hpp"

#include <chrono>
#include <stdexcept>

#include "sim/report/model/model.hpp"
#include "sim/world/run/virtual_target.hpp"

namespace lingerd::sim {

namespace {

constexpr std::size_t clients_max = 10'000'000;

}  // namespace

std::string hex_of(std::uint64_t hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 16; i-- > 0; hash >>= 4) out[i] = digits[hash & 15];
  return out;
}

report run_world_load(const load_options& options, bool clock_is_synced, world_effort& effort) {
  if (options.clients < 2 || options.clients > clients_max) {
    throw std::runtime_error("--clients must be from 2 to " + std::to_string(clients_max));
  }
  const group_shape groups = group_shape_of(options.groups);
  report r = begin_report(options);
  r.clock = "virtual";
  r.machine.clock_is_synced = clock_is_synced;
  std::uint64_t hash = 0;
  std::size_t number = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (const listening_mode& mode : options.modes) {
    ++number;
    if (options.stop && options.stop->load()) break;
    const std::string prefix =
        options.modes.size() > 1
            ? std::to_string(number) + "/" + std::to_string(options.modes.size()) + " "
            : "";
    virtual_target target(options.seed, options.clients, groups, clock_is_synced);
    add_run(r, options, mode, target, prefix);
    hash = hash * 0x9e3779b97f4a7c15u + target.trace_hash();
    effort.events += target.events();
    effort.virtual_s += std::chrono::duration<double>(target.duration()).count();
    if (r.runs.back().was_cut) break;
  }
  effort.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  r.trace_hash = hex_of(hash);
  add_model(r);
  return r;
}

}  // namespace lingerd::sim
