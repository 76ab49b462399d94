#include "sim/world/run/fault_injector.hpp"

#include <algorithm>
#include <memory>

#include "store/engine/store_error.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

// The kinds that come at moments of their own; the others are in the air all the time.
constexpr trouble_kind moments[] = {trouble_kind::kill,      trouble_kind::power_cut,
                                    trouble_kind::restart,   trouble_kind::failed_sync,
                                    trouble_kind::full_disk, trouble_kind::clock};

}  // namespace

weather::weather(scene& in, virtual_clock& clock, network& wires, world_disk& disk,
                 world_server& server)
    : scene_(in),
      clock_(clock),
      network_(wires),
      disk_(disk),
      server_(server),
      chance_(in.made.seed * 31337 + 5),
      keeper_(in.on),
      asleep_(in.on) {}

std::function<instant()> weather::commit_price(const scene& in, seeded_entropy& chance) {
  return [&in, &chance] {
    const std::uint64_t slow = in.made.of(trouble_kind::slow_sync);
    if (in.is_healed || chance.below(2000) >= slow)
      return instant(300us) + instant(1us) * static_cast<std::int64_t>(chance.below(2'000));
    return instant(1ms) * static_cast<std::int64_t>(1 + chance.below(3'000));
  };
}

// --- in the air ----------------------------------------------------------------------------------

void weather::begin_conditions() {
  const auto ppm = [&](trouble_kind k, std::uint32_t most) {
    return static_cast<std::uint32_t>(std::uint64_t{scene_.made.of(k)} * most / 1000);
  };
  conditions& c = network_.now();
  c.latency = std::chrono::microseconds(100 + chance_.below(40'000));
  c.jitter = std::chrono::microseconds(chance_.below(5'000));
  constexpr std::size_t windows[] = {2'048, 16 * 1024, 64 * 1024};
  c.window = windows[chance_.below(3)];
  constexpr std::size_t segments[] = {1'448, 65'471};
  c.segment_bytes = segments[chance_.below(2)];
  c.tail = ppm(trouble_kind::delay, 100'000);
  c.tail_max = 8s;
  c.cut = ppm(trouble_kind::cut, 500'000);
  c.loss = ppm(trouble_kind::loss, 50'000);
  c.stall = ppm(trouble_kind::stall, 20'000);
  c.stall_max = 20s;
  c.reset = ppm(trouble_kind::reset, 20'000);
  c.half_open = ppm(trouble_kind::half_open, 6'000);
  c.refused = ppm(trouble_kind::refused, 300'000);
  c.slow = ppm(trouble_kind::slow, 500'000);
  c.slow_bytes_per_s = 50 + chance_.below(20'000);
  c.idle_cut = ppm(trouble_kind::idle_proxy, 700'000);
  c.buffered = ppm(trouble_kind::buffer_proxy, 500'000);
}

void weather::heal() {
  network_.heal();
  disk_.set_full(false);
  room_again_.reset();
  wish_.reset();
  asleep_.signal(wake::closing);
  // Whatever it waits for: it comes up now.
  revive_at_ = scene_.now();
  keeper_.signal(wake::news);
}

// --- moments -------------------------------------------------------------------------------------

task<void> weather::blow() {
  begin_conditions();
  std::vector<happening> all;
  for (const trouble_kind k : moments) {
    const std::uint32_t strength = scene_.made.of(k);
    if (strength == 0) continue;
    const std::uint64_t times = 1 + chance_.below(1 + strength / 200);
    const auto whole = static_cast<std::uint64_t>(scene_.made.duration.count());
    for (std::uint64_t i = 0; i < times; ++i) {
      const std::chrono::milliseconds at(chance_.below(whole));
      all.push_back({scene_.now() + at, k});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const happening& a, const happening& b) { return a.at < b.at; });
  std::size_t next = 0;
  while (next < all.size() || room_again_) {
    instant when = room_again_.value_or(instant::max());
    if (next < all.size()) when = std::min(when, all[next].at);
    asleep_.set_deadline(when);
    co_await asleep_.wait(wake::timeout | wake::closing);
    asleep_.clear_deadline();
    if (scene_.is_healed) co_return;
    if (room_again_ && scene_.now() >= *room_again_) {
      room_again_.reset();
      disk_.set_full(false);
      scene_.told.add(scene_.now(), "there is room on the disk again");
    }
    while (next < all.size() && all[next].at <= scene_.now()) happen(all[next++].what);
  }
}

void weather::happen(trouble_kind what) {
  scene_.told.add(scene_.now(), "trouble: " + std::string(name_of(what)));
  switch (what) {
    case trouble_kind::kill:
    case trouble_kind::power_cut:
    case trouble_kind::restart:
      wish_ = what;
      keeper_.signal(wake::news);
      return;
    case trouble_kind::failed_sync: disk_.fail_next_sync(); return;
    case trouble_kind::full_disk:
      disk_.set_full(true);
      room_again_ = scene_.now() + std::chrono::milliseconds(100 + chance_.below(20'000));
      return;
    case trouble_kind::clock: {
      scene_.count("clock_stepped");
      // Of any size: from milliseconds to ten years.
      constexpr wall_ms most[] = {50, 60'000, 86'400'000, 10LL * 365 * 86'400'000};
      const wall_ms span = most[chance_.below(4)];
      const auto by =
          static_cast<wall_ms>(chance_.below(2 * static_cast<std::uint64_t>(span) + 1)) - span;
      clock_.step_wall(by);
      clock_.set_synced(chance_.below(3) != 0);
      return;
    }
    default: return;
  }
}

// --- the server's life ---------------------------------------------------------------------------

void weather::start_server() {
  died_ = false;
  is_down_ = false;
  try {
    server_.start([this](std::string_view) {
      died_ = true;
      keeper_.signal(wake::news);
    });
    const std::unique_ptr<kv> there = disk_.look();
    scene_.known.reopened(*there);
  } catch (const store_error& e) {
    scene_.broken(clause::restart, "the server does not start: " + std::string(e.what()));
    return;
  }
  scene_.life = server_.lives();
  scene_.told.add(scene_.now(), "the server is up, life " + std::to_string(server_.lives()));
}

void weather::end_server(sim::crash how) {
  scene_.crashes.push_back(scene_.now());
  server_.crash(how);
  revive_at_ = scene_.now() +
               std::chrono::milliseconds(1 + chance_.below(chance_.below(3) == 0 ? 8'000 : 500));
  if (scene_.is_healed) revive_at_ = scene_.now() + 1ms;
}

task<void> weather::keep() {
  start_server();
  for (;;) {
    if (!server_.is_up()) keeper_.set_deadline(revive_at_);
    co_await keeper_.wait(wake::news | wake::timeout);
    keeper_.clear(wake::news);
    keeper_.clear_deadline();
    if (!scene_.box.is_clean()) co_return;
    if (server_.is_up() && died_) {
      scene_.count("server_gave_up");
      scene_.told.add(scene_.now(), "the server gives up");
      end_server(crash::killed);
    } else if (server_.is_up() && is_down_) {
      scene_.told.add(scene_.now(), "the server is down, in order");
      if (is_ending_) co_return;
      end_server(crash::killed);
    } else if (server_.is_up() && wish_ && !server_.is_going_down()) {
      if (*wish_ == trouble_kind::restart) {
        scene_.count("restarted");
        server_.go_down([this] {
          is_down_ = true;
          keeper_.signal(wake::news);
        });
      } else {
        const bool is_kill = *wish_ == trouble_kind::kill;
        scene_.count(is_kill ? "killed" : "power_cut");
        end_server(is_kill ? crash::killed : crash::power_cut);
      }
    } else if (!server_.is_up() && scene_.now() >= revive_at_) {
      start_server();
    }
    wish_.reset();
  }
}

void weather::end() {
  is_ending_ = true;
  is_down_ = false;
  server_.go_down([this] {
    is_down_ = true;
    keeper_.signal(wake::news);
  });
}

}  // namespace lingerd::sim
