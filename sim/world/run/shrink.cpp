#include "sim/world/run/shrink.hpp"

#include <chrono>

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr unsigned rounds_max = 8;

// One search: keeps the smallest world that still breaks the invariant.
class shrinker {
 public:
  shrinker(std::uint64_t seed, const recipe_overrides& overrides, const world_options& options,
           const std::function<void(const std::string&)>& progress)
      : seed_(seed), options_(options), progress_(progress), best_(overrides) {}

  recipe_overrides run() {
    const outcome original = run_world(make_recipe(seed_, best_), options_);
    if (!original.failed) return best_;
    invariant_ = original.failed->invariant;
    list_faults();
    for (unsigned round = 0; round < rounds_max; ++round) {
      const bool has_fewer_faults = drop_faults();
      const bool has_less_work = reduce_counts();
      if (!has_fewer_faults && !has_less_work) break;
    }
    return best_;
  }

 private:
  // Whether the smaller world fails in the same way; it is then the best.
  bool try_smaller(const recipe_overrides& smaller) {
    const outcome o = run_world(make_recipe(seed_, smaller), options_);
    if (!o.failed || o.failed->invariant != invariant_) return false;
    best_ = smaller;
    if (progress_) progress_("still fails: " + command_of(seed_, best_));
    return true;
  }

  // Writes the seed's own choice of faults into the overrides, so that each can be removed.
  void list_faults() {
    if (best_.faults) return;
    const recipe drawn = make_recipe(seed_, best_);
    best_.faults.emplace();
    for (std::size_t i = 0; i < fault_kinds; ++i) {
      if (drawn.strengths[i] > 0) best_.faults->push_back(static_cast<fault_kind>(i));
    }
  }

  bool drop_faults() {
    bool is_smaller = false;
    for (std::size_t i = 0; i < best_.faults->size();) {
      std::vector<fault_kind> fewer = *best_.faults;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      recipe_overrides smaller = best_;
      smaller.faults = std::move(fewer);
      if (try_smaller(smaller))
        is_smaller = true;
      else
        ++i;
    }
    return is_smaller;
  }

  // Halves each count, or else takes one away.
  bool reduce_counts() {
    const recipe current = make_recipe(seed_, best_);
    bool is_smaller = false;
    const auto reduce = [&](auto member, unsigned value, unsigned minimum) {
      for (const unsigned reduced : {value / 2, value - 1}) {
        if (reduced < minimum || reduced >= value) continue;
        recipe_overrides smaller = best_;
        smaller.*member = reduced;
        if (try_smaller(smaller)) {
          is_smaller = true;
          return;
        }
      }
    };
    reduce(&recipe_overrides::actions, current.actions, 1);
    reduce(&recipe_overrides::devices, current.devices, 1);
    reduce(&recipe_overrides::users, current.users, 2);
    reduce(&recipe_overrides::groups, current.groups, 0);
    if (current.duration > 200ms) {
      recipe_overrides smaller = best_;
      smaller.duration = current.duration / 2;
      if (try_smaller(smaller)) is_smaller = true;
    }
    return is_smaller;
  }

  const std::uint64_t seed_;
  const world_options& options_;
  const std::function<void(const std::string&)>& progress_;
  recipe_overrides best_;
  invariant invariant_ = invariant::alive;
};

}  // namespace

recipe_overrides shrink(std::uint64_t seed, const recipe_overrides& overrides,
                        const world_options& options,
                        const std::function<void(const std::string&)>& progress) {
  return shrinker(seed, overrides, options, progress).run();
}

std::string command_of(std::uint64_t seed, const recipe_overrides& overrides) {
  std::string command = "linger-sim world --seed " + std::to_string(seed) + " --faults " +
                        (overrides.faults ? format_faults(*overrides.faults) : "all");
  if (overrides.users) command += " --users " + std::to_string(*overrides.users);
  if (overrides.devices) command += " --devices " + std::to_string(*overrides.devices);
  if (overrides.groups) command += " --groups " + std::to_string(*overrides.groups);
  if (overrides.actions) command += " --actions " + std::to_string(*overrides.actions);
  if (overrides.duration)
    command += " --duration " + std::to_string(overrides.duration->count()) + "ms";
  if (overrides.wait) command += " --wait " + std::to_string(overrides.wait->count()) + "s";
  if (overrides.only_transport)
    command += " --transport " + std::string(name_of(*overrides.only_transport));
  return command;
}

}  // namespace lingerd::sim
