#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/api/page.hpp"
#include "http/api/passwords.hpp"
#include "http/api/router.hpp"
#include "http/connection/connection.hpp"
#include "http/connection/shutdown.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/disk/disk.hpp"
#include "sim/world/disk/watched_store.hpp"
#include "sim/world/net/network.hpp"
#include "sim/world/time/priced_worker.hpp"

namespace lingerd::sim {

// The durations of a server's work in a world, in virtual time.
struct world_prices {
  // A synced transaction. Called for each commit; the other durations are constant.
  std::function<instant()> commit = [] { return instant(std::chrono::milliseconds(1)); };
  instant read = std::chrono::microseconds(100);  // a job of the reading thread
  instant hash = std::chrono::milliseconds(20);   // one password
};

// The server of a world: the same chat, router and connections as in the program, on virtual time,
// wires and disk. It starts, ends in order or by a crash, and starts again; network and disk
// outlive it.
class world_server {
 public:
  // All outlive it; `watcher` may be null.
  world_server(virtual_loop& loop, network& wires, world_disk& disk, const limits& bounds,
               world_prices prices, std::uint64_t seed, commit_watcher* watcher);
  ~world_server();

  // Opens the database on the disk and accepts connections. `died` is called, once, on the loop,
  // when the server ends itself (its store is unusable); crash() must follow, from outside of the
  // call. Throws store_error if the disk holds no complete database. REQUIRES: it is not up.
  void start(std::function<void(std::string_view)> died = {});
  bool is_up() const { return life_ != nullptr; }

  // Ends the server at this moment: clients receive a reset after a kill, nothing after a power
  // cut.
  void crash(sim::crash crash);
  // Shuts down in order, as SIGTERM does; `gone` is called at the end. crash(killed) must follow,
  // from outside of the call, as the end of the process.
  void go_down(std::function<void()> gone);
  bool is_going_down() const;

  // REQUIRES, for all below: it is up.
  lingerd::chat& chat();
  connections& host();
  const lingerd::rate_limits& rate_limits() const;
  const lingerd::passwords& passwords() const;
  // Coroutines of connections that have not ended.
  std::size_t coroutines() const;
  // Runs a coroutine on the server itself (to set up users); it ends with the server.
  void spawn(task<void> work);

  // The number of starts.
  unsigned lives() const { return lives_; }

 private:
  struct life;

  virtual_loop& loop_;
  network& network_;
  world_disk& disk_;
  const limits& bounds_;
  const world_prices prices_;
  seeded_entropy entropy_;
  commit_watcher* const watcher_;
  unsigned lives_ = 0;
  std::unique_ptr<life> life_;
};

// Quick, and no secret: what a world's passwords are kept as. It begins as an Argon2id string does.
const password_hashing& world_hashing();

}  // namespace lingerd::sim
