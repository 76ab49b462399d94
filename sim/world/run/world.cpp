#include "sim/world/run/world.hpp"

#include <unistd.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/check/bounds_checker.hpp"
#include "sim/world/run/fault_injector.hpp"
#include "sim/world/users/device.hpp"
#include "sim/world/users/user.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto park_time = 60s;       // for all to listen, before anything goes wrong
constexpr auto patience = 300s;       // after the faults, for what was begun to end
constexpr auto converge_time = 400s;  // a hold (100 s), one on a dead connection, a back-off
constexpr auto leave_time = 120s;
constexpr auto forget_time = 400s;  // a hold, idle connections, unanswered pings, dead lines
constexpr auto look_every = 500ms;

// An event as long as they come here, or a group's with its people.
std::size_t event_bytes_max(const recipe& recipe) { return 2'048 + 2 * recipe.text_bytes_max; }

// A folder for one world's files.
std::filesystem::path some_folder(const std::filesystem::path& in) {
  static std::atomic<unsigned> made{0};
  return in / ("linger-world-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
}

class world_run final : client_watcher {
 public:
  world_run(const recipe& made, const world_options& options)
      : recipe_(made),
        quiet_(0),
        told_(options.log ? *options.log : quiet_),
        wires_(loop_, wire_chance_),
        disk_(made.on_lmdb ? make_lmdb_disk(some_folder(options.scratch)) : make_memory_disk()),
        oracle_(loop_, violation_),
        server_(loop_, wires_, *disk_, recipe_.bounds, prices(),
                made.seed * 6364136223846793005u + 1, &oracle_),
        connector_(wires_.make_connector(wire_)),
        lines_{loop_, *connector_, wire_},
        people_{lines_, *this, client_chance_, {}, made.wait, "world", made.users * made.devices},
        context_{loop_, recipe_, oracle_, violation_, people_, told_, happened_},
        weather_(context_, clock_, wires_, *disk_, server_),
        asleep_(loop_),
        watching_(loop_) {
    context_.sessions_may_end = made.of(fault_kind::clock) > 0 ||
                                made.bounds.sessions_per_user < limits().sessions_per_user;
    wires_.set_tap(options.tap);
  }

  outcome go() {
    all_.spawn(weather_.keep());
    all_.spawn(story());
    all_.spawn(watch());
    constexpr instant step = 10s;
    const instant most = instant(recipe_.duration) + park_time + patience + converge_time +
                         leave_time + forget_time + 100s;
    while (!is_told_ && violation_.is_clean() && loop_.now() < most) {
      loop_.run_until(loop_.now() + step);
      if (loop_.ran() > 60'000'000 || loop_.is_stuck()) {
        context_.broken(invariant::alive, "the world does not get on");
      }
    }
    if (!is_told_ && violation_.is_clean())
      context_.broken(invariant::alive, "the world does not come to an end");
    return what_became();
  }

 private:
  world_prices prices() {
    world_prices p;
    p.read = recipe_.read_price;
    p.commit = [this] { return price_(); };
    return p;
  }

  // --- the story ---------------------------------------------------------------------------------

  task<void> story() {
    task<void> one = set_up();
    co_await std::move(one);
    task<void> two = trouble();
    if (violation_.is_clean()) co_await std::move(two);
    task<void> three = converge();
    if (violation_.is_clean()) co_await std::move(three);
    task<void> four = leave();
    if (violation_.is_clean()) co_await std::move(four);
    is_told_ = true;
  }

  task<void> nap(instant how_long) {
    asleep_.set_deadline(loop_.now() + how_long);
    co_await asleep_.wait(wake::timeout);
    asleep_.clear_deadline();
  }

  task<applied> made(change c) {
    chat& chat = server_.chat();
    lingerd::result<applied> a = co_await chat.commit(std::move(c));
    if (a) co_return std::move(*a);
    context_.broken(invariant::allowed,
                    "what makes this world's people was refused: " + a.error().message);
    co_return applied();
  }

  task<std::string> open_session_of(user_id user) {
    const std::string token = make_token(setup_chance_);
    open_session open;
    open.user = user;
    open.hash = *hash_of_token(token);
    open.now = server_.chat().wall().now;
    change c = open;
    const applied a = co_await made(std::move(c));
    co_return token;
  }

  task<void> set_up() {
    std::vector<user_id> ids;
    std::uint32_t number = 0;
    for (unsigned i = 0; i < recipe_.users; ++i) {
      const std::string name = "u" + std::to_string(i);
      add_user add;
      add.name = add.display = name;
      const std::string password = "password-" + name;
      add.password_hash = world_hashing().hash(password);
      change c = add;
      const applied a = co_await made(std::move(c));
      ids.push_back(a.party);
      std::string token = co_await open_session_of(a.party);
      user& who = actors_.emplace_back(context_, i, a.party, name, password, std::move(token));
      for (unsigned d = 0; d < recipe_.devices; ++d) {
        std::string own = co_await open_session_of(a.party);
        devices_.push_back(&who.add_device(number++, std::move(own)));
      }
      if (i < recipe_.old_pages) {
        std::string own = co_await open_session_of(a.party);
        old_pages_.push_back(&who.open_old_page(std::move(own)));
      }
    }
    for (unsigned i = 0; i < recipe_.users; ++i) {
      for (unsigned k = i + 1; k < recipe_.users; ++k) {
        if (k != i + 1 && setup_chance_.below(3) == 0) continue;
        make_friends f;
        f.a = ids[i];
        f.b = ids[k];
        f.now = server_.chat().wall().now;
        change c = f;
        const applied a = co_await made(std::move(c));
      }
    }
    for (unsigned g = 0; g < recipe_.groups; ++g) {
      add_group add;
      add.owner = ids[g % ids.size()];
      add.name = "group " + std::to_string(g);
      for (const user_id u : ids) {
        if (setup_chance_.below(4) != 0) add.members.push_back(u);
      }
      change c = add;
      const applied a = co_await made(std::move(c));
    }
    std::vector<user*> everybody;
    for (user& a : actors_) everybody.push_back(&a);
    for (user& a : actors_) {
      a.meet(everybody);
      a.set_nursery(all_);
    }
    if (!violation_.is_clean()) co_return;
    for (device* d : devices_) all_.spawn(d->live());
    for (tutorial_client* p : old_pages_) all_.spawn(p->live());
    const instant until = loop_.now() + park_time;
    while (loop_.now() < until && !all_parked()) co_await nap(20ms);
    if (!all_parked()) context_.broken(invariant::alive, "not all could begin to listen");
  }

  bool all_parked() const {
    return std::all_of(devices_.begin(), devices_.end(),
                       [](const device* d) { return d->is_parked(); });
  }

  task<void> trouble() {
    told_.add(loop_.now(), "everybody listens; trouble begins");
    all_.spawn(weather_.blow());
    for (user& a : actors_) all_.spawn(a.act());
    for (device* d : devices_) all_.spawn(d->misbehave());
    co_await nap(recipe_.duration);
    told_.add(loop_.now(), "trouble is over");
    context_.is_healed = true;
    weather_.heal();
    const instant until = loop_.now() + patience;
    while (loop_.now() < until && !all_done()) co_await nap(500ms);
    if (!all_done())
      context_.broken(invariant::converged,
                      "somebody still does not know what became of what he did");
  }

  bool all_done() const {
    return weather_.is_calm() &&
           std::all_of(actors_.begin(), actors_.end(), [](const user& a) { return a.is_done(); });
  }

  // --- after the trouble -------------------------------------------------------------------------

  task<void> converge() {
    for (user& a : actors_) {
      task<void> last = a.last_word();
      co_await std::move(last);
    }
    const instant until = loop_.now() + converge_time;
    std::string why = "nobody was asked";
    while (loop_.now() < until && violation_.is_clean()) {
      why.clear();
      for (device* d : devices_) {
        const change_id newest = oracle_.newest_for(d->owned_by().id());
        if (d->is_listening() && d->cursor() >= newest) continue;
        why = d->title() + " has heard everything up to " + std::to_string(d->cursor()) +
              "; his newest message is " + std::to_string(newest);
      }
      if (why.empty()) why = co_await compare_with_starts();
      if (why.empty()) break;
      co_await nap(3s);
    }
    if (!why.empty()) context_.broken(invariant::converged, why);
    if (violation_.is_clean()) {
      const std::unique_ptr<kv_transaction> there = disk_->look();
      oracle_.compare(*there);
    }
    check_all_heard();
  }

  // What each device knows against what a fresh page would; empty where it is the same.
  task<std::string> compare_with_starts() {
    for (user& a : actors_) {
      const json::object start = co_await a.fresh_start();
      if (start.empty()) co_return std::string("no fresh start could be had for " + a.name());
      known_states fresh;
      fresh.begin(start, a.id(), oracle_);
      for (device& d : a.devices()) {
        std::string difference = d.states().difference(fresh);
        if (!difference.empty()) co_return d.title() + ": " + difference;
      }
      a.check_marks(start);
      check_people(a, start);
    }
    co_return std::string();
  }

  // What a start says of friends and groups, against the truth, now that nothing moves.
  void check_people(user& a, const json::object& start) {
    std::size_t friends = 0;
    for (user& other : actors_) friends += oracle_.are_friends(a.id(), other.id()) ? 1 : 0;
    const json::value* list = start.if_contains("friends");
    if (!list || !list->is_array() || list->get_array().size() != friends) {
      context_.broken(invariant::honest, a.name() + " has " + std::to_string(friends) +
                                             " friends, and his start says something else");
    }
    std::size_t groups = 0;
    for (const auto& [g, row] : oracle_.groups()) groups += oracle_.is_member(a.id(), g) ? 1 : 0;
    const json::value* mine = start.if_contains("groups");
    if (!mine || !mine->is_array() || mine->get_array().size() != groups) {
      context_.broken(invariant::honest, a.name() + " is in " + std::to_string(groups) +
                                             " groups, and his start says something else");
    }
  }

  // For the report: whom each message has reached, by a stream or by a start.
  void check_all_heard() {
    for (const attempt& a : oracle_.all_tried()) {
      ++counts_.attempted;
      counts_.acknowledged += a.is_acknowledged ? 1 : 0;
      counts_.refused += a.is_refused ? 1 : 0;
    }
    for (const oracle_message& m : oracle_.messages()) {
      for (user& a : actors_) {
        if (a.id() == oracle_.sender(m) || !oracle_.may_see(a.id(), m)) continue;
        ++counts_.expected;
        bool is_known = a.was_reached(m.id);
        for (device& d : a.devices()) is_known |= d.started_at() >= m.id;
        counts_.delivered += is_known ? 1 : 0;
        counts_.lost += is_known ? 0 : 1;
        if (!is_known) {
          context_.broken(invariant::gapless,
                          a.name() + " never heard message " + std::to_string(m.id));
        }
      }
    }
  }

  // --- the end -----------------------------------------------------------------------------------

  task<void> leave() {
    context_.is_over = true;
    watching_.signal(wake::closing);
    for (device* d : devices_) d->tell_leaving();
    for (tutorial_client* p : old_pages_) p->tell_leaving();
    for (user& a : actors_) {
      task<void> bye = a.close();
      co_await std::move(bye);
    }
    const instant until = loop_.now() + leave_time;
    while (loop_.now() < until && !all_gone()) co_await nap(200ms);
    if (!all_gone()) context_.broken(invariant::alive, "a client does not leave");
    // Also those whose clients went without a word: the server finds out by itself.
    const instant quiet = loop_.now() + forget_time;
    while (loop_.now() < quiet && !server_.host().open.empty()) co_await nap(5s);
    if (server_.coroutines() > 0 || !server_.host().open.empty()) {
      context_.broken(invariant::tidy, std::to_string(server_.coroutines()) +
                                           " connections are left, and all clients have gone");
    }
    weather_.end();
    co_await nap(1s);
    if (!weather_.is_down())
      context_.broken(invariant::tidy, "the server does not go down at once");
    if (server_.chat().pending() > 0) {
      context_.broken(invariant::tidy, "changes are left that wait for the disk");
    }
    if (wires_.open() > 0) {
      context_.broken(invariant::tidy, std::to_string(wires_.open()) + " ends of wires are left");
    }
  }

  bool all_gone() const {
    return std::all_of(devices_.begin(), devices_.end(),
                       [](const device* d) { return d->is_gone(); }) &&
           std::all_of(old_pages_.begin(), old_pages_.end(),
                       [](const tutorial_client* p) { return p->is_gone(); });
  }

  // --- looking on --------------------------------------------------------------------------------

  task<void> watch() {
    while (!context_.is_over) {
      watching_.set_deadline(loop_.now() + look_every);
      co_await watching_.wait(wake::timeout | wake::closing);
      watching_.clear_deadline();
      if (server_.is_up()) look_at_server();
    }
  }

  void look_at_server() {
    const std::string beyond = memory_.beyond(server_);
    if (!beyond.empty()) return context_.broken(invariant::bounded, beyond);
    for (const connection& c : server_.host().open) {
      if (c.sleeps_over_news()) {
        return context_.broken(invariant::awake,
                               "a held stream sleeps, and there is news for its reader");
      }
    }
  }

  // --- what the clients say ----------------------------------------------------------------------

  void on_started(std::uint32_t client, const json::object& start) override {
    devices_[client]->started(start);
  }
  void on_parked(std::uint32_t client) override { devices_[client]->parked(); }
  void on_message(std::uint32_t, const parsed_message&) override {}
  void on_batch(std::uint32_t client, change_id after, instant asked_at,
                const parsed_batch& h) override {
    devices_[client]->heard_batch(after, asked_at, h);
  }
  void on_failure(std::uint32_t client, std::string_view why) override {
    ++happened_["stumbled"];
    if (told_.are_kept())
      told_.add(loop_.now(), devices_[client]->title() + " stumbles: " + std::string(why));
    if (why.find("cursor_expired") != std::string_view::npos) {
      context_.broken(invariant::kept, devices_[client]->title() + "'s cursor is refused");
    }
  }
  void on_websocket_answer(std::uint32_t client, std::string_view text) override {
    devices_[client]->answered(text);
  }
  void on_websocket_ended(std::uint32_t client) override { devices_[client]->websocket_ended(); }
  void on_rejected(std::uint32_t client) override { devices_[client]->turned_away(); }
  void on_left(std::uint32_t) override {}

  outcome what_became() {
    outcome o;
    o.failed = violation_.first();
    o.trace_hash = wires_.trace_hash();
    o.events = loop_.ran();
    o.lasted = loop_.now();
    o.lives = server_.lives();
    o.counts = counts_;
    if (o.failed) {
      using c = invariant;
      const c b = o.failed->broken;
      o.counts.lost += b == c::kept || b == c::gapless || b == c::converged ? 1 : 0;
      o.counts.duplicated += b == c::once ? 1 : 0;
      o.counts.out_of_order += b == c::order ? 1 : 0;
      o.counts.unexpected += b == c::honest || b == c::private_ ? 1 : 0;
    }
    o.latency_us.ack = context_.acks.summary();
    o.latency_us.deliver = context_.deliveries.summary();
    o.latency_us.deliver_curve = context_.deliveries.curve();
    add_counts();
    // What is still there goes now: first the coroutines, then what would wake them.
    all_.clear();
    o.wire = wire_;
    o.counters = std::move(happened_);
    return o;
  }

  void add_counts() {
    const network_counts& n = wires_.counts();
    const auto add = [&](const char* name, std::uint64_t times) { happened_[name] += times; };
    add("net_cut", n.cut);
    add("net_delayed", n.tail);
    add("net_lost", n.loss);
    add("net_lost_for_good", n.loss_reset);
    add("net_stalled", n.stall);
    add("net_reset", n.reset);
    add("net_half_open", n.half_open);
    add("net_refused", n.refused);
    add("net_slow_reader", n.slow);
    add("net_idle_cut", n.idle_cut);
    add("net_buffered", n.buffered);
    add("net_blocked", n.blocked);
    add("net_gave_up", n.gave_up);
    const disk_counts& d = disk_->counts();
    add("disk_sync_failed", d.failed_syncs);
    add("disk_full", d.full);
    add("disk_torn_commit", d.torn);
    add("disk_sector_lost", d.sectors_lost);
    add("disk_sector_kept", d.sectors_kept);
  }

  const recipe& recipe_;
  event_log quiet_;
  event_log& told_;
  virtual_clock clock_;
  virtual_loop loop_{clock_};
  seeded_entropy wire_chance_{recipe_.seed * 11400714819323198485u + 2};
  seeded_entropy client_chance_{recipe_.seed * 11400714819323198485u + 3};
  seeded_entropy setup_chance_{recipe_.seed * 11400714819323198485u + 4};
  seeded_entropy price_chance_{recipe_.seed * 11400714819323198485u + 5};
  bounds_checker memory_{recipe_.bounds, event_bytes_max(recipe_)};
  first_violation violation_;
  counter_map happened_;
  wire_counts wire_;
  network wires_;
  std::unique_ptr<world_disk> disk_;
  oracle oracle_;
  world_server server_;
  std::unique_ptr<connector> connector_;
  connection_settings lines_;
  client_context people_;
  world_context context_;
  fault_injector weather_;
  std::function<instant()> price_ = fault_injector::commit_price(context_, price_chance_);
  std::deque<user> actors_;
  std::vector<device*> devices_;
  std::vector<tutorial_client*> old_pages_;
  message_counts counts_;
  bool is_told_ = false;
  waiter asleep_;
  waiter watching_;
  nursery all_;  // last: its coroutines go first
};

}  // namespace

outcome run_world(const recipe& recipe, const world_options& options) {
  auto one = std::make_unique<world_run>(recipe, options);
  return one->go();
}

}  // namespace lingerd::sim
