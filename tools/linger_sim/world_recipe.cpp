#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "sim/load/units.hpp"
#include "tools/linger_sim/arguments.hpp"
#include "tools/linger_sim/world_arguments.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

// False if the text is not a number.
bool parse_seed(std::string_view text, std::uint64_t& seed) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seed);
  return code == std::errc() && end == text.data() + text.size();
}

}  // namespace

recipe_overrides overrides_of(const world_arguments& a) {
  recipe_overrides overrides;
  const std::vector<fault_kind> kinds = usage("--faults", [&] { return parse_faults(a.faults); });
  if (a.faults != "all") overrides.faults = kinds;
  if (a.users > 0) overrides.users = a.users;
  if (a.devices > 0) overrides.devices = a.devices;
  if (a.actions > 0) overrides.actions = a.actions;
  if (a.has("--clients")) {
    overrides.devices = overrides.devices.value_or(a.options.clients < 4 ? 1 : 2);
    if (!overrides.users) {
      overrides.users =
          std::max(2u, static_cast<unsigned>(a.options.clients) / std::max(*overrides.devices, 1u));
    }
  }
  if (!a.groups.empty()) {
    overrides.groups = usage("--groups", [&] {
      if (a.groups.find_first_not_of("0123456789") != std::string::npos) {
        throw std::invalid_argument("with --faults this is the number of groups");
      }
      return static_cast<unsigned>(std::stoul(a.groups));
    });
  }
  if (a.has("--duration")) {
    overrides.duration = usage("--duration", [&] {
      const auto d = std::chrono::floor<std::chrono::milliseconds>(duration_of(a.duration));
      if (d < 1ms) throw std::invalid_argument("\"" + a.duration + "\" is too short");
      return d;
    });
  }
  if (a.has("--wait")) overrides.wait = usage("--wait", [&] { return whole_seconds(a.wait, 1s); });
  if (a.has("--transport")) {
    const auto modes =
        usage("--transport", [&] { return parse_modes(a.transports, a.poll_intervals); });
    if (modes.size() > 1)
      throw CLI::ValidationError(
          "--transport", "with --faults: one for all devices, or none, and each draws its own");
    overrides.only_transport = modes.front().transport;
  }
  if (!a.rate.empty()) {
    const double per_s = usage("--rate", [&] { return rate_of(a.rate); });
    const recipe recipe = make_recipe(a.options.seed, overrides);
    const double each =
        per_s * std::chrono::duration<double>(recipe.duration).count() / recipe.users;
    overrides.actions = std::max(1u, static_cast<unsigned>(std::lround(std::min(each, 1e6))));
  }
  return overrides;
}

void read_seeds(const world_arguments& a, seeds_options& o) {
  o.first = o.last = a.options.seed;
  if (a.seeds.empty()) return;
  const std::size_t dots = a.seeds.find("..");
  const bool is_valid =
      dots != std::string::npos && parse_seed(std::string_view(a.seeds).substr(0, dots), o.first) &&
      parse_seed(std::string_view(a.seeds).substr(dots + 2), o.last) && o.first <= o.last;
  if (!is_valid) {
    throw CLI::ValidationError("--seeds",
                               "\"" + a.seeds + "\" is not a range of seeds like 1..1000");
  }
}

}  // namespace lingerd::sim
