#include "sim/world/run/virtual_target.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr instant step = 100ms;             // virtual, between two checks for the end
constexpr std::size_t gathered_max = 4096;  // changes in one commit of the set-up
constexpr auto latency = 50us;

limits bounds_for(std::size_t clients) {
  limits b;
  b.users = std::max(b.users, clients + 1);
  b.append_queue = std::max(b.append_queue, 2 * gathered_max);
  b.connections = std::max(b.connections, 3 * clients);  // a stream, a sender, a reconnection
  return b;
}

}  // namespace

virtual_target::virtual_target(std::uint64_t seed, std::size_t clients, const group_shape& groups,
                               bool clock_is_synced)
    : seed_(seed),
      bounds_(bounds_for(clients)),
      entropy_(seed * 0x9e3779b97f4a7c15u + 1),
      network_(loop_, entropy_),
      disk_(make_memory_disk()),
      server_(loop_, network_, *disk_, bounds_, world_prices(), seed, nullptr),
      connector_(network_.make_connector(counted_)) {
  clock_.set_synced(clock_is_synced);
  network_.conditions().latency = latency;
  server_.start();
  server_.spawn(make_accounts(clients, groups));
  while (!is_set_up_) loop_.run_until(loop_.now() + step);
}

virtual_target::~virtual_target() = default;

// --- accounts ------------------------------------------------------------------------------------

// Commits the gathered changes; returns the ids of the users or groups that they made.
task<std::vector<std::uint32_t>> virtual_target::commit_gathered() {
  std::vector<change> changes;
  changes.swap(gathered_);
  chat& chat = server_.chat();
  const std::vector<result<applied>> results = co_await chat.commit_all(std::move(changes));
  std::vector<std::uint32_t> parties;
  for (const result<applied>& a : results) {
    if (!a) throw std::runtime_error("the set-up of a virtual world: " + a.error().message);
    parties.push_back(a->party);
  }
  co_return parties;
}

task<void> virtual_target::make_users(std::size_t clients) {
  accounts_.reserve(clients);
  for (std::size_t i = 0; i < clients; ++i) {
    add_user add;
    add.name = add.display = "u" + std::to_string(i);
    gathered_.emplace_back(std::move(add));
    if (gathered_.size() < gathered_max && i + 1 < clients) continue;
    const std::vector<std::uint32_t> ids = co_await commit_gathered();
    for (const user_id id : ids) {
      account& a = accounts_.emplace_back();
      a.name = "u" + std::to_string(accounts_.size() - 1);
      a.id = id;
    }
  }
}

task<void> virtual_target::make_sessions() {
  for (account& a : accounts_) {
    a.token = make_token(entropy_);
    open_session open;
    open.user = a.id;
    open.hash = *hash_of_token(a.token);
    open.now = server_.chat().wall().now;
    gathered_.emplace_back(std::move(open));
    if (gathered_.size() < gathered_max && &a != &accounts_.back()) continue;
    const std::vector<std::uint32_t> ignored = co_await commit_gathered();
  }
}

// Friends in pairs, for conversations of two; an odd last client is a friend of the first.
task<void> virtual_target::make_pairs() {
  const auto befriend = [this](std::size_t a, std::size_t b) {
    make_friends f;
    f.a = accounts_[a].id;
    f.b = accounts_[b].id;
    f.now = server_.chat().wall().now;
    gathered_.emplace_back(f);
  };
  const std::size_t clients = accounts_.size();
  for (std::size_t i = 0; i + 1 < clients; i += 2) {
    befriend(i, i + 1);
    if (gathered_.size() < gathered_max) continue;
    const std::vector<std::uint32_t> ignored = co_await commit_gathered();
  }
  if (clients % 2 == 1 && clients > 2) befriend(clients - 1, 0);
}

void virtual_target::gather_groups(const group_shape& groups) {
  const std::size_t clients = accounts_.size();
  const std::size_t members = std::min(groups.members, clients);
  for (std::size_t g = 0; g < groups.groups; ++g) {
    add_group add;
    add.owner = accounts_[g * members % clients].id;
    add.name = "g" + std::to_string(g);
    add.max_members = static_cast<std::uint32_t>(members);
    for (std::size_t i = 0; i < members; ++i)
      add.members.push_back(accounts_[(g * members + i) % clients].id);
    gathered_.emplace_back(std::move(add));
  }
}

task<void> virtual_target::make_accounts(std::size_t clients, group_shape groups) {
  task<void> users = make_users(clients);
  co_await std::move(users);
  task<void> sessions = make_sessions();
  co_await std::move(sessions);
  if (groups.groups == 0) {
    task<void> pairs = make_pairs();
    co_await std::move(pairs);
  }
  gather_groups(groups);
  if (!gathered_.empty()) {
    const std::vector<std::uint32_t> ignored = co_await commit_gathered();
  }
  is_set_up_ = true;
}

// --- the run -------------------------------------------------------------------------------------

void virtual_target::run() {
  while (!is_stopped_) {
    loop_.run_until(loop_.now() + step);
    duration_ = loop_.now();
    if (loop_.is_stuck()) throw std::runtime_error("the virtual world makes no progress");
  }
}

}  // namespace lingerd::sim
