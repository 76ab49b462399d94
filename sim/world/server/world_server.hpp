#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/api/server.hpp"
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

// The server of a world: the chat and the HTTP side of the program, on virtual time, network and
// disk. It starts, ends in order or by a crash, and starts again; network and disk go on meanwhile.
class world_server {
 public:
  // All outlive it; `watcher` may be null. The seed decides each life's entropy.
  world_server(virtual_loop& loop, network& network, world_disk& disk, const limits& bounds,
               world_prices prices, std::uint64_t seed, commit_watcher* watcher);
  ~world_server();

  // Opens the data on the disk and accepts connections. `on_fatal` is called, once, on the loop,
  // when the store has become unusable and the server ends itself; crash() must follow, not from
  // within the call. Throws store_error where the disk holds no whole database. REQUIRES: it is not
  // up.
  void start(std::function<void(std::string_view)> on_fatal = {});
  bool is_up() const { return life_ != nullptr; }

  // Ends it at once: clients see a reset after a kill, and nothing at all after a power cut.
  void crash(sim::crash kind);
  // Ends it in order, as SIGTERM does. `on_done` is called at the end: crash(killed) must follow,
  // not from within the call, as the process ends.
  void begin_shutdown(std::function<void()> on_done);
  bool is_shutting_down() const;

  // REQUIRES, for all below: it is up.
  lingerd::chat& chat();
  server& http();
  // Starts a coroutine on the server itself, to set up accounts; it ends with the server at the
  // latest.
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

// The hashing of a world's passwords: quick, and not secret. A hash begins as an Argon2id string.
const password_hashing& world_hashing();

}  // namespace lingerd::sim
