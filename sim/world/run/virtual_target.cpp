#include "sim/world/run/virtual_target.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/state/change.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr instant look_every = 100ms;  // virtual, between two looks whether it is over
constexpr std::size_t at_once = 4096;  // changes that are committed together, in making people
constexpr auto latency = 50us;

limits bounds_for(std::size_t clients) {
  limits b;
  b.users = std::max(b.users, clients + 1);
  b.append_queue = std::max(b.append_queue, 2 * at_once);
  b.connections = std::max(b.connections, 3 * clients);  // who listens may speak, and dial anew
  return b;
}

// Commits what was gathered; the numbers of users or groups that were made.
task<std::vector<std::uint32_t>> commit(chat& talk, std::vector<change>& gathered) {
  std::vector<change> now;
  now.swap(gathered);
  const std::vector<result<applied>> done = co_await talk.commit_all(std::move(now));
  std::vector<std::uint32_t> parties;
  for (const result<applied>& a : done) {
    if (!a) throw std::runtime_error("a world's people: " + a.error().what);
    parties.push_back(a->party);
  }
  co_return parties;
}

}  // namespace

world_stage::world_stage(std::uint64_t seed, std::size_t clients, const group_shape& groups,
                         bool clock_is_synced)
    : seed_(seed),
      bounds_(bounds_for(clients)),
      chance_(seed * 0x9e3779b97f4a7c15u + 1),
      wires_(loop_, chance_),
      disk_(make_memory_disk()),
      server_(loop_, wires_, *disk_, bounds_, world_prices(), seed, nullptr),
      dial_(wires_.make_dialler(counted_)) {
  clock_.set_synced(clock_is_synced);
  wires_.now().latency = latency;
  server_.start();
  server_.spawn(make_people(clients, groups));
  while (people_.size() < clients) loop_.run_until(loop_.now() + look_every);
}

world_stage::~world_stage() = default;

task<void> world_stage::make_people(std::size_t clients, group_shape groups) {
  chat& talk = server_.talk();
  const auto now = [&talk] { return talk.wall().now; };
  std::vector<account> all;
  all.reserve(clients);
  std::vector<change> gathered;
  std::vector<user_id> ids;
  ids.reserve(clients);
  for (std::size_t i = 0; i < clients; ++i) {
    add_user add;
    add.name = add.display = "u" + std::to_string(i);
    gathered.emplace_back(std::move(add));
    if (gathered.size() < at_once && i + 1 < clients) continue;
    const std::vector<std::uint32_t> made = co_await commit(talk, gathered);
    ids.insert(ids.end(), made.begin(), made.end());
  }
  for (std::size_t i = 0; i < clients; ++i) {
    account who;
    who.name = "u" + std::to_string(i);
    who.id = ids[i];
    who.token = make_token(chance_);
    open_session open;
    open.user = who.id;
    open.hash = *hash_of_token(who.token);
    open.now = now();
    all.push_back(std::move(who));
    gathered.emplace_back(std::move(open));
    if (gathered.size() < at_once && i + 1 < clients) continue;
    const std::vector<std::uint32_t> made = co_await commit(talk, gathered);
  }
  const auto befriend = [&](std::size_t a, std::size_t b) {
    make_friends f;
    f.a = ids[a];
    f.b = ids[b];
    f.now = now();
    gathered.emplace_back(f);
  };
  if (groups.groups == 0) {
    for (std::size_t i = 0; i + 1 < clients; i += 2) {
      befriend(i, i + 1);
      if (gathered.size() < at_once) continue;
      const std::vector<std::uint32_t> made = co_await commit(talk, gathered);
    }
    if (clients % 2 == 1 && clients > 2) befriend(clients - 1, 0);
  }
  const std::size_t members = std::min(groups.members, clients);
  for (std::size_t g = 0; g < groups.groups; ++g) {
    add_group add;
    add.owner = ids[g * members % clients];
    add.name = "g" + std::to_string(g);
    add.max_members = static_cast<std::uint32_t>(members);
    for (std::size_t i = 0; i < members; ++i)
      add.members.push_back(ids[(g * members + i) % clients]);
    gathered.emplace_back(std::move(add));
  }
  if (!gathered.empty()) {
    const std::vector<std::uint32_t> made = co_await commit(talk, gathered);
  }
  people_ = std::move(all);
}

void world_stage::run() {
  while (!is_stopped_) {
    loop_.run_until(loop_.now() + look_every);
    clock_time_ = loop_.now();
    if (loop_.is_stuck()) throw std::runtime_error("the world does not get on");
  }
}

}  // namespace lingerd::sim
