#include "sim/world/run/world_run.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>

namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto check_interval = 500ms;
constexpr std::uint64_t events_max = 60'000'000;

// The longest event in these worlds: a message, or a group with its members.
std::size_t event_bytes_max(const recipe& recipe) { return 2'048 + 2 * recipe.text_bytes_max; }

// A new folder for one world's files.
std::filesystem::path next_folder(const std::filesystem::path& scratch) {
  static std::atomic<unsigned> folders{0};
  return scratch / ("linger-world-" + std::to_string(::getpid()) + "-" + std::to_string(++folders));
}

}  // namespace

world_run::world_run(const recipe& recipe, const world_options& options)
    : recipe_(recipe),
      log_(options.log ? *options.log : no_log_),
      bounds_checker_(recipe_.bounds, event_bytes_max(recipe_)),
      network_(loop_, wire_entropy_),
      disk_(recipe.on_lmdb ? make_lmdb_disk(next_folder(options.scratch)) : make_memory_disk()),
      oracle_(loop_, violation_),
      server_(loop_, network_, *disk_, recipe_.bounds, prices(),
              recipe.seed * 6364136223846793005u + 1, &oracle_),
      connector_(network_.make_connector(wire_)),
      connection_settings_{loop_, *connector_, wire_},
      clients_{connection_settings_,         *this, client_entropy_, {}, recipe.wait, "world",
               recipe.users * recipe.devices},
      context_{loop_, recipe_, oracle_, violation_, clients_, log_, counters_},
      fault_injector_(context_, clock_, network_, *disk_, server_),
      commit_price_(fault_injector::commit_price(context_, price_entropy_)),
      sleeper_(loop_),
      server_check_sleeper_(loop_) {
  context_.may_sessions_expire = recipe.strength_of(fault_kind::clock) > 0 ||
                                 recipe.bounds.sessions_per_user < limits().sessions_per_user;
  network_.set_tap(options.tap);
}

outcome world_run::run() {
  coroutines_.spawn(fault_injector_.supervise_server());
  coroutines_.spawn(run_phases());
  coroutines_.spawn(check_server_loop());
  constexpr instant step = 10s;
  const instant time_max = instant(recipe_.duration) + park_time + settle_time + converge_time +
                           leave_time + forget_time + 100s;
  while (!is_finished_ && violation_.is_clean() && loop_.now() < time_max) {
    loop_.run_until(loop_.now() + step);
    if (loop_.ran() > events_max || loop_.is_stuck()) {
      context_.report(invariant::alive, "the world makes no progress");
    }
  }
  if (!is_finished_ && violation_.is_clean())
    context_.report(invariant::alive, "the world does not end in time");
  return make_outcome();
}

task<void> world_run::run_phases() {
  task<void> first = set_up();
  co_await std::move(first);
  task<void> second = run_faults();
  if (violation_.is_clean()) co_await std::move(second);
  task<void> third = converge();
  if (violation_.is_clean()) co_await std::move(third);
  task<void> fourth = leave();
  if (violation_.is_clean()) co_await std::move(fourth);
  is_finished_ = true;
}

task<void> world_run::sleep(instant duration) {
  sleeper_.set_deadline(loop_.now() + duration);
  co_await sleeper_.wait(wake::timeout);
  sleeper_.clear_deadline();
}

// --- faults --------------------------------------------------------------------------------------

task<void> world_run::run_faults() {
  log_.add(loop_.now(), "all clients listen; the faults begin");
  coroutines_.spawn(fault_injector_.inject_faults());
  for (user& u : users_) coroutines_.spawn(u.act());
  for (device* d : devices_) coroutines_.spawn(d->inject_faults());
  co_await sleep(recipe_.duration);
  log_.add(loop_.now(), "the faults are over");
  context_.is_healed = true;
  fault_injector_.heal();
  const instant deadline = loop_.now() + settle_time;
  while (loop_.now() < deadline && !are_all_users_done()) co_await sleep(500ms);
  if (!are_all_users_done()) {
    context_.report(invariant::converged, "a user still does not know the outcome of a request");
  }
}

bool world_run::are_all_users_done() const {
  return fault_injector_.is_server_ready() &&
         std::all_of(users_.begin(), users_.end(), [](const user& u) { return u.is_done(); });
}

// --- the end -------------------------------------------------------------------------------------

task<void> world_run::leave() {
  context_.is_over = true;
  server_check_sleeper_.signal(wake::closing);
  for (device* d : devices_) d->leave();
  for (tutorial_client* t : tutorial_clients_) t->leave();
  for (user& u : users_) {
    task<void> closing = u.close();
    co_await std::move(closing);
  }
  const instant deadline = loop_.now() + leave_time;
  while (loop_.now() < deadline && !are_all_clients_gone()) co_await sleep(200ms);
  if (!are_all_clients_gone()) context_.report(invariant::alive, "a client does not leave");
  // The server must also find out about clients that vanished.
  const instant forget_deadline = loop_.now() + forget_time;
  while (loop_.now() < forget_deadline && !server_.http().connections().open.empty())
    co_await sleep(5s);
  if (server_.http().coroutines() > 0 || !server_.http().connections().open.empty()) {
    context_.report(invariant::tidy, std::to_string(server_.http().coroutines()) +
                                         " connections are left after all clients have gone");
  }
  fault_injector_.shut_down_server();
  co_await sleep(1s);
  if (!fault_injector_.is_shut_down())
    context_.report(invariant::tidy, "the server does not shut down within a second");
  if (server_.chat().pending() > 0) {
    context_.report(invariant::tidy, "uncommitted changes are left");
  }
  if (network_.open() > 0) {
    context_.report(invariant::tidy, std::to_string(network_.open()) + " wires are left");
  }
}

bool world_run::are_all_clients_gone() const {
  return std::all_of(devices_.begin(), devices_.end(),
                     [](const device* d) { return d->is_gone(); }) &&
         std::all_of(tutorial_clients_.begin(), tutorial_clients_.end(),
                     [](const tutorial_client* t) { return t->is_gone(); });
}

// --- checks of the running server ----------------------------------------------------------------

task<void> world_run::check_server_loop() {
  while (!context_.is_over) {
    server_check_sleeper_.set_deadline(loop_.now() + check_interval);
    co_await server_check_sleeper_.wait(wake::timeout | wake::closing);
    server_check_sleeper_.clear_deadline();
    if (server_.is_up()) check_server();
  }
}

void world_run::check_server() {
  const std::string excess = bounds_checker_.find_excess(server_);
  if (!excess.empty()) return context_.report(invariant::bounded, excess);
  for (const connection& c : server_.http().connections().open) {
    if (c.sleeps_over_news()) {
      return context_.report(invariant::awake,
                             "a held stream sleeps while there is news for its reader");
    }
  }
}

// --- what the clients report ---------------------------------------------------------------------

void world_run::on_started(std::uint32_t client, const json::object& start) {
  devices_[client]->on_start(start);
}
void world_run::on_parked(std::uint32_t client) { devices_[client]->on_parked(); }
void world_run::on_batch(std::uint32_t client, change_id after, instant asked_at,
                         const parsed_batch& batch) {
  devices_[client]->on_batch(after, asked_at, batch);
}
void world_run::on_failure(std::uint32_t client, std::string_view why) {
  ++counters_["client_failed"];
  if (log_.is_enabled())
    log_.add(loop_.now(), devices_[client]->title() + " fails: " + std::string(why));
  if (why.find("cursor_expired") != std::string_view::npos) {
    context_.report(invariant::kept, devices_[client]->title() + "'s cursor is refused");
  }
}
void world_run::on_websocket_answer(std::uint32_t client, std::string_view text) {
  devices_[client]->on_answer(text);
}
void world_run::on_websocket_ended(std::uint32_t client) { devices_[client]->on_websocket_end(); }
void world_run::on_rejected(std::uint32_t client) { devices_[client]->on_turned_away(); }

}  // namespace lingerd::sim
