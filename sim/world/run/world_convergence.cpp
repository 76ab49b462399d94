#include "sim/world/run/world_run.hpp"

// After the faults: what every client must learn.
namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

task<void> world_run::converge() {
  for (user& u : users_) {
    task<void> sending = u.send_final_messages();
    co_await std::move(sending);
  }
  const instant deadline = loop_.now() + converge_time;
  std::string difference = "no device was compared";
  while (loop_.now() < deadline && violation_.is_clean()) {
    difference = find_late_device();
    if (difference.empty()) difference = co_await compare_with_fresh_starts();
    if (difference.empty()) break;
    co_await sleep(3s);
  }
  if (!difference.empty()) context_.report(invariant::converged, difference);
  if (violation_.is_clean()) {
    const std::unique_ptr<kv_transaction> read = disk_->begin_read();
    oracle_.check_final(*read);
  }
  check_deliveries();
}

// Describes a device that has not received its user's newest message; empty: none.
std::string world_run::find_late_device() {
  std::string late;
  for (const device* d : devices_) {
    const change_id newest = oracle_.newest_for(d->owner().id());
    if (d->is_listening() && d->cursor() >= newest) continue;
    late = d->title() + " has received everything up to " + std::to_string(d->cursor()) +
           "; its user's newest message is " + std::to_string(newest);
  }
  return late;
}

// Describes how the state of a device differs from a fresh start; empty: no device's does.
task<std::string> world_run::compare_with_fresh_starts() {
  for (user& u : users_) {
    const json::object start = co_await u.fresh_start();
    if (start.empty()) co_return std::string("there is no fresh start for " + u.name());
    known_states fresh;
    fresh.begin(start, u.id(), oracle_);
    for (const device& d : u.devices()) {
      std::string difference = d.states().difference(fresh);
      if (!difference.empty()) co_return d.title() + ": " + difference;
    }
    u.check_read_marks(start);
    check_people(u, start);
  }
  co_return std::string();
}

// The numbers of friends and groups in a start. Nothing changes them any more.
void world_run::check_people(user& u, const json::object& start) {
  std::size_t friends = 0;
  for (const user& other : users_) friends += oracle_.are_friends(u.id(), other.id()) ? 1 : 0;
  const json::value* list = start.if_contains("friends");
  if (!list || !list->is_array() || list->get_array().size() != friends) {
    context_.report(invariant::honest, u.name() + " has " + std::to_string(friends) +
                                           " friends, and its start has another number");
  }
  std::size_t groups = 0;
  for (const auto& [g, row] : oracle_.groups()) groups += oracle_.is_member(u.id(), g) ? 1 : 0;
  const json::value* group_list = start.if_contains("groups");
  if (!group_list || !group_list->is_array() || group_list->get_array().size() != groups) {
    context_.report(invariant::honest, u.name() + " is in " + std::to_string(groups) +
                                           " groups, and its start has another number");
  }
}

// Counts attempts and deliveries for the report. Every message must have reached every user that
// may see it, by a stream or by a start.
void world_run::check_deliveries() {
  for (const attempt& a : oracle_.all_attempts()) {
    ++counts_.attempted;
    counts_.acknowledged += a.is_acknowledged ? 1 : 0;
    counts_.refused += a.is_refused ? 1 : 0;
  }
  for (const oracle_message& m : oracle_.messages()) {
    for (user& u : users_) {
      if (u.id() == oracle_.sender(m) || !oracle_.may_see(u.id(), m)) continue;
      ++counts_.expected;
      bool is_known = u.has_received(m.id);
      for (const device& d : u.devices()) is_known |= d.start_cursor() >= m.id;
      counts_.delivered += is_known ? 1 : 0;
      counts_.lost += is_known ? 0 : 1;
      if (!is_known) {
        context_.report(invariant::gapless,
                        u.name() + " never received message " + std::to_string(m.id));
      }
    }
  }
}

}  // namespace lingerd::sim
