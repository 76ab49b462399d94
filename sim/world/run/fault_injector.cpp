#include "sim/world/run/fault_injector.hpp"

#include <algorithm>
#include <memory>

#include "sim/client/seeded_entropy.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

// The kinds that come at moments of their own; the others are in the air all the time.
constexpr fault_kind moments[] = {fault_kind::kill,      fault_kind::power_cut,
                                  fault_kind::restart,   fault_kind::failed_sync,
                                  fault_kind::full_disk, fault_kind::clock};

}  // namespace

fault_injector::fault_injector(world_context& context, virtual_clock& clock, network& wires,
                               world_disk& disk, world_server& server)
    : context_(context),
      clock_(clock),
      network_(wires),
      disk_(disk),
      server_(server),
      entropy_(context.recipe.seed * 31337 + 5),
      keeper_(context.loop),
      asleep_(context.loop) {}

std::function<instant()> fault_injector::commit_price(const world_context& context,
                                                      seeded_entropy& entropy) {
  return [&context, &entropy] {
    const std::uint64_t slow = context.recipe.of(fault_kind::slow_sync);
    if (context.is_healed || entropy.below(2000) >= slow)
      return instant(300us) + instant(1us) * static_cast<std::int64_t>(entropy.below(2'000));
    return instant(1ms) * static_cast<std::int64_t>(1 + entropy.below(3'000));
  };
}

// --- in the air ----------------------------------------------------------------------------------

void fault_injector::begin_conditions() {
  const auto ppm = [&](fault_kind k, std::uint32_t most) {
    return static_cast<std::uint32_t>(std::uint64_t{context_.recipe.of(k)} * most / 1000);
  };
  conditions& c = network_.now();
  c.latency = std::chrono::microseconds(100 + entropy_.below(40'000));
  c.jitter = std::chrono::microseconds(entropy_.below(5'000));
  constexpr std::size_t windows[] = {2'048, 16 * 1024, 64 * 1024};
  c.window = windows[entropy_.below(3)];
  constexpr std::size_t segments[] = {1'448, 65'471};
  c.segment_bytes = segments[entropy_.below(2)];
  c.tail = ppm(fault_kind::delay, 100'000);
  c.tail_max = 8s;
  c.cut = ppm(fault_kind::cut, 500'000);
  c.loss = ppm(fault_kind::loss, 50'000);
  c.stall = ppm(fault_kind::stall, 20'000);
  c.stall_max = 20s;
  c.reset = ppm(fault_kind::reset, 20'000);
  c.half_open = ppm(fault_kind::half_open, 6'000);
  c.refused = ppm(fault_kind::refused, 300'000);
  c.slow = ppm(fault_kind::slow, 500'000);
  c.slow_bytes_per_s = 50 + entropy_.below(20'000);
  c.idle_cut = ppm(fault_kind::idle_proxy, 700'000);
  c.buffered = ppm(fault_kind::buffer_proxy, 500'000);
}

void fault_injector::heal() {
  network_.heal();
  disk_.set_full(false);
  room_again_.reset();
  wish_.reset();
  asleep_.signal(wake::closing);
  // Whatever it waits for: it comes up now.
  revive_at_ = context_.now();
  keeper_.signal(wake::news);
}

// --- moments -------------------------------------------------------------------------------------

task<void> fault_injector::blow() {
  begin_conditions();
  std::vector<scheduled_fault> all;
  for (const fault_kind k : moments) {
    const std::uint32_t strength = context_.recipe.of(k);
    if (strength == 0) continue;
    const std::uint64_t times = 1 + entropy_.below(1 + strength / 200);
    const auto whole = static_cast<std::uint64_t>(context_.recipe.duration.count());
    for (std::uint64_t i = 0; i < times; ++i) {
      const std::chrono::milliseconds at(entropy_.below(whole));
      all.push_back({context_.now() + at, k});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const scheduled_fault& a, const scheduled_fault& b) { return a.at < b.at; });
  std::size_t next = 0;
  while (next < all.size() || room_again_) {
    instant when = room_again_.value_or(instant::max());
    if (next < all.size()) when = std::min(when, all[next].at);
    asleep_.set_deadline(when);
    co_await asleep_.wait(wake::timeout | wake::closing);
    asleep_.clear_deadline();
    if (context_.is_healed) co_return;
    if (room_again_ && context_.now() >= *room_again_) {
      room_again_.reset();
      disk_.set_full(false);
      context_.log.add(context_.now(), "there is room on the disk again");
    }
    while (next < all.size() && all[next].at <= context_.now()) happen(all[next++].fault);
  }
}

void fault_injector::happen(fault_kind fault) {
  context_.log.add(context_.now(), "trouble: " + std::string(name_of(fault)));
  switch (fault) {
    case fault_kind::kill:
    case fault_kind::power_cut:
    case fault_kind::restart:
      wish_ = fault;
      keeper_.signal(wake::news);
      return;
    case fault_kind::failed_sync: disk_.fail_next_sync(); return;
    case fault_kind::full_disk:
      disk_.set_full(true);
      room_again_ = context_.now() + std::chrono::milliseconds(100 + entropy_.below(20'000));
      return;
    case fault_kind::clock: {
      context_.count("clock_stepped");
      // Of any size: from milliseconds to ten years.
      constexpr wall_ms most[] = {50, 60'000, 86'400'000, 10LL * 365 * 86'400'000};
      const wall_ms span = most[entropy_.below(4)];
      const auto by =
          static_cast<wall_ms>(entropy_.below(2 * static_cast<std::uint64_t>(span) + 1)) - span;
      clock_.step_wall(by);
      clock_.set_synced(entropy_.below(3) != 0);
      return;
    }
    default: return;
  }
}

// --- the server's life ---------------------------------------------------------------------------

void fault_injector::start_server() {
  died_ = false;
  is_down_ = false;
  try {
    server_.start([this](std::string_view) {
      died_ = true;
      keeper_.signal(wake::news);
    });
    const std::unique_ptr<kv_transaction> there = disk_.look();
    context_.oracle.reopened(*there);
  } catch (const store_error& e) {
    context_.broken(invariant::restart, "the server does not start: " + std::string(e.what()));
    return;
  }
  context_.life = server_.lives();
  context_.log.add(context_.now(), "the server is up, life " + std::to_string(server_.lives()));
}

void fault_injector::end_server(sim::crash how) {
  context_.crashes.push_back(context_.now());
  server_.crash(how);
  revive_at_ = context_.now() +
               std::chrono::milliseconds(1 + entropy_.below(entropy_.below(3) == 0 ? 8'000 : 500));
  if (context_.is_healed) revive_at_ = context_.now() + 1ms;
}

task<void> fault_injector::keep() {
  start_server();
  for (;;) {
    if (!server_.is_up()) keeper_.set_deadline(revive_at_);
    co_await keeper_.wait(wake::news | wake::timeout);
    keeper_.clear(wake::news);
    keeper_.clear_deadline();
    if (!context_.violation.is_clean()) co_return;
    if (server_.is_up() && died_) {
      context_.count("server_gave_up");
      context_.log.add(context_.now(), "the server gives up");
      end_server(crash::killed);
    } else if (server_.is_up() && is_down_) {
      context_.log.add(context_.now(), "the server is down, in order");
      if (is_ending_) co_return;
      end_server(crash::killed);
    } else if (server_.is_up() && wish_ && !server_.is_going_down()) {
      if (*wish_ == fault_kind::restart) {
        context_.count("restarted");
        server_.go_down([this] {
          is_down_ = true;
          keeper_.signal(wake::news);
        });
      } else {
        const bool is_kill = *wish_ == fault_kind::kill;
        context_.count(is_kill ? "killed" : "power_cut");
        end_server(is_kill ? crash::killed : crash::power_cut);
      }
    } else if (!server_.is_up() && context_.now() >= revive_at_) {
      start_server();
    }
    wish_.reset();
  }
}

void fault_injector::end() {
  is_ending_ = true;
  is_down_ = false;
  server_.go_down([this] {
    is_down_ = true;
    keeper_.signal(wake::news);
  });
}

}  // namespace lingerd::sim
