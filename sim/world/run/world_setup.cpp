#include <algorithm>

#include "sim/world/run/world_run.hpp"

// The users of a world, made on the running server before anything goes wrong.
namespace lingerd::sim {

using namespace std::chrono_literals;

world_prices world_run::prices() {
  world_prices p;
  p.read = recipe_.read_price;
  p.commit = [this] { return commit_price_(); };
  return p;
}

task<applied> world_run::commit(change c) {
  chat& chat = server_.chat();
  lingerd::result<applied> a = co_await chat.commit(std::move(c));
  if (a) co_return std::move(*a);
  context_.report(invariant::allowed,
                  "a change of the world's set-up was refused: " + a.error().message);
  co_return applied();
}

// A new session of the user; returns its token.
task<std::string> world_run::make_session(user_id user) {
  const std::string token = make_token(setup_entropy_);
  open_session open;
  open.user = user;
  open.hash = *hash_of_token(token);
  open.now = server_.chat().wall().now;
  change c = open;
  const applied a = co_await commit(std::move(c));
  co_return token;
}

task<void> world_run::make_user(std::uint32_t number) {
  const std::string name = "u" + std::to_string(number);
  add_user add;
  add.name = add.display = name;
  const std::string password = "password-" + name;
  add.password_hash = world_hashing().hash(password);
  change c = add;
  const applied a = co_await commit(std::move(c));
  user_ids_.push_back(a.party);
  std::string token = co_await make_session(a.party);
  user& u = users_.emplace_back(context_, number, a.party, name, password, std::move(token));
  for (unsigned i = 0; i < recipe_.devices; ++i) {
    std::string device_token = co_await make_session(a.party);
    const auto device_number = static_cast<std::uint32_t>(devices_.size());
    devices_.push_back(&u.add_device(device_number, std::move(device_token)));
  }
  if (number < recipe_.tutorial_clients) {
    std::string page_token = co_await make_session(a.party);
    tutorial_clients_.push_back(&u.add_tutorial_client(std::move(page_token)));
  }
}

// Each user is a friend of the next, and of two thirds of the others.
task<void> world_run::make_friendships() {
  for (unsigned i = 0; i < recipe_.users; ++i) {
    for (unsigned k = i + 1; k < recipe_.users; ++k) {
      if (k != i + 1 && setup_entropy_.below(3) == 0) continue;
      make_friends f;
      f.a = user_ids_[i];
      f.b = user_ids_[k];
      f.now = server_.chat().wall().now;
      change c = f;
      const applied a = co_await commit(std::move(c));
    }
  }
}

task<void> world_run::make_groups() {
  for (unsigned i = 0; i < recipe_.groups; ++i) {
    add_group add;
    add.owner = user_ids_[i % user_ids_.size()];
    add.name = "group " + std::to_string(i);
    for (const user_id u : user_ids_) {
      if (setup_entropy_.below(4) != 0) add.members.push_back(u);
    }
    change c = add;
    const applied a = co_await commit(std::move(c));
  }
}

task<void> world_run::start_clients() {
  std::vector<user*> all;
  for (user& u : users_) all.push_back(&u);
  for (user& u : users_) {
    u.set_users(all);
    u.set_nursery(coroutines_);
  }
  if (!violation_.is_clean()) co_return;
  for (device* d : devices_) coroutines_.spawn(d->run());
  for (tutorial_client* t : tutorial_clients_) coroutines_.spawn(t->run());
  const instant deadline = loop_.now() + park_time;
  while (loop_.now() < deadline && !are_all_parked()) co_await sleep(20ms);
  if (!are_all_parked()) context_.report(invariant::alive, "not all clients could begin to listen");
}

bool world_run::are_all_parked() const {
  return std::all_of(devices_.begin(), devices_.end(),
                     [](const device* d) { return d->is_parked(); });
}

task<void> world_run::set_up() {
  for (std::uint32_t i = 0; i < recipe_.users; ++i) {
    task<void> making = make_user(i);
    co_await std::move(making);
  }
  task<void> friendships = make_friendships();
  co_await std::move(friendships);
  task<void> groups = make_groups();
  co_await std::move(groups);
  task<void> clients = start_clients();
  co_await std::move(clients);
}

}  // namespace lingerd::sim
