#include "sim/world/run/fault_injector.hpp"

#include <algorithm>
#include <memory>

#include "core/base/check.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

// Faults at single moments. The others are conditions of the network, or faults of clients.
constexpr fault_kind scheduled_kinds[] = {fault_kind::kill,      fault_kind::power_cut,
                                          fault_kind::restart,   fault_kind::failed_sync,
                                          fault_kind::full_disk, fault_kind::clock};

}  // namespace

fault_injector::fault_injector(world_context& context, virtual_clock& clock, network& network,
                               world_disk& disk, world_server& server)
    : context_(context),
      clock_(clock),
      network_(network),
      disk_(disk),
      server_(server),
      entropy_(context.recipe.seed * 31337 + 5),
      supervisor_(context.loop),
      schedule_sleeper_(context.loop) {}

std::function<instant()> fault_injector::commit_price(const world_context& context,
                                                      seeded_entropy& entropy) {
  return [&context, &entropy] {
    const std::uint64_t slow = context.recipe.strength_of(fault_kind::slow_sync);
    if (context.is_healed || entropy.below(2000) >= slow)
      return instant(300us) + instant(1us) * static_cast<std::int64_t>(entropy.below(2'000));
    return instant(1ms) * static_cast<std::int64_t>(1 + entropy.below(3'000));
  };
}

// --- the network ---------------------------------------------------------------------------------

void fault_injector::set_conditions() {
  const auto ppm = [&](fault_kind k, std::uint32_t strongest) {
    return static_cast<std::uint32_t>(std::uint64_t{context_.recipe.strength_of(k)} * strongest /
                                      1000);
  };
  wire_conditions& c = network_.conditions();
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
  disk_full_until_.reset();
  requested_end_.reset();
  schedule_sleeper_.signal(wake::closing);
  restart_at_ = context_.now();
  supervisor_.signal(wake::news);
}

// --- scheduled faults ----------------------------------------------------------------------------

std::vector<fault_injector::scheduled_fault> fault_injector::draw_schedule() {
  std::vector<scheduled_fault> schedule;
  for (const fault_kind k : scheduled_kinds) {
    const std::uint32_t strength = context_.recipe.strength_of(k);
    if (strength == 0) continue;
    const std::uint64_t times = 1 + entropy_.below(1 + strength / 200);
    const auto duration_ms = static_cast<std::uint64_t>(context_.recipe.duration.count());
    for (std::uint64_t i = 0; i < times; ++i) {
      const std::chrono::milliseconds offset(entropy_.below(duration_ms));
      schedule.push_back({context_.now() + offset, k});
    }
  }
  std::stable_sort(
      schedule.begin(), schedule.end(),
      [](const scheduled_fault& a, const scheduled_fault& b) { return a.time < b.time; });
  return schedule;
}

task<void> fault_injector::inject_faults() {
  set_conditions();
  const std::vector<scheduled_fault> schedule = draw_schedule();
  std::size_t injected = 0;
  while (injected < schedule.size() || disk_full_until_) {
    instant deadline = disk_full_until_.value_or(instant::max());
    if (injected < schedule.size()) deadline = std::min(deadline, schedule[injected].time);
    schedule_sleeper_.set_deadline(deadline);
    co_await schedule_sleeper_.wait(wake::timeout | wake::closing);
    schedule_sleeper_.clear_deadline();
    if (context_.is_healed) co_return;
    if (disk_full_until_ && context_.now() >= *disk_full_until_) free_disk();
    while (injected < schedule.size() && schedule[injected].time <= context_.now())
      inject(schedule[injected++].kind);
  }
}

void fault_injector::free_disk() {
  disk_full_until_.reset();
  disk_.set_full(false);
  context_.log.add(context_.now(), "the disk has room again");
}

void fault_injector::inject(fault_kind kind) {
  context_.log.add(context_.now(), "fault: " + std::string(name_of(kind)));
  switch (kind) {
    case fault_kind::kill:
    case fault_kind::power_cut:
    case fault_kind::restart:
      requested_end_ = kind;
      supervisor_.signal(wake::news);
      return;
    case fault_kind::failed_sync: disk_.fail_next_sync(); return;
    case fault_kind::full_disk:
      disk_.set_full(true);
      disk_full_until_ = context_.now() + std::chrono::milliseconds(100 + entropy_.below(20'000));
      return;
    case fault_kind::clock: step_clock(); return;
    default: CHECK(!"a scheduled kind of fault without a case");
  }
}

// Steps the wall clock by up to 50 ms, a minute, a day or ten years, in either direction.
void fault_injector::step_clock() {
  context_.count("clock_stepped");
  constexpr wall_ms spans[] = {50, 60'000, 86'400'000, 10LL * 365 * 86'400'000};
  const wall_ms span = spans[entropy_.below(4)];
  const auto step =
      static_cast<wall_ms>(entropy_.below(2 * static_cast<std::uint64_t>(span) + 1)) - span;
  clock_.step_wall(step);
  clock_.set_synced(entropy_.below(3) != 0);
}

// --- the server's life ---------------------------------------------------------------------------

void fault_injector::start_server() {
  has_died_ = false;
  is_shut_down_ = false;
  try {
    server_.start([this](std::string_view) {
      has_died_ = true;
      supervisor_.signal(wake::news);
    });
    const std::unique_ptr<kv_transaction> read = disk_.begin_read();
    context_.oracle.check_reopened(*read);
  } catch (const store_error& e) {
    context_.report(invariant::restart, "the server does not start: " + std::string(e.what()));
    return;
  }
  context_.server_life = server_.lives();
  context_.log.add(context_.now(), "the server is up, life " + std::to_string(server_.lives()));
}

void fault_injector::crash_server(sim::crash kind) {
  context_.crashes.push_back(context_.now());
  server_.crash(kind);
  restart_at_ = context_.now() +
                std::chrono::milliseconds(1 + entropy_.below(entropy_.below(3) == 0 ? 8'000 : 500));
  if (context_.is_healed) restart_at_ = context_.now() + 1ms;
}

void fault_injector::begin_shutdown() {
  server_.begin_shutdown([this] {
    is_shut_down_ = true;
    supervisor_.signal(wake::news);
  });
}

void fault_injector::end_as_requested(fault_kind kind) {
  if (kind == fault_kind::restart) {
    context_.count("restarted");
    return begin_shutdown();
  }
  const bool is_kill = kind == fault_kind::kill;
  context_.count(is_kill ? "killed" : "power_cut");
  crash_server(is_kill ? crash::killed : crash::power_cut);
}

task<void> fault_injector::supervise_server() {
  start_server();
  for (;;) {
    if (!server_.is_up()) supervisor_.set_deadline(restart_at_);
    co_await supervisor_.wait(wake::news | wake::timeout);
    supervisor_.clear(wake::news);
    supervisor_.clear_deadline();
    if (!context_.violation.is_clean()) co_return;
    if (server_.is_up() && has_died_) {
      context_.count("server_gave_up");
      context_.log.add(context_.now(), "the server ends itself");
      crash_server(crash::killed);
    } else if (server_.is_up() && is_shut_down_) {
      context_.log.add(context_.now(), "the server has shut down");
      if (is_world_ending_) co_return;
      crash_server(crash::killed);
    } else if (server_.is_up() && requested_end_ && !server_.is_shutting_down()) {
      end_as_requested(*requested_end_);
    } else if (!server_.is_up() && context_.now() >= restart_at_) {
      start_server();
    }
    requested_end_.reset();
  }
}

void fault_injector::shut_down_server() {
  is_world_ending_ = true;
  is_shut_down_ = false;
  begin_shutdown();
}

}  // namespace lingerd::sim
