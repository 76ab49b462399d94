#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/connection.hpp"
#include "http/guard.hpp"
#include "http/page.hpp"
#include "http/passwords.hpp"
#include "http/router.hpp"
#include "sim/priced_worker.hpp"
#include "sim/virtual_wire.hpp"
#include "sim/world_loop.hpp"
#include "store/memory_backend.hpp"
#include "store/memory_store.hpp"

namespace lingerd {

// What things cost in a world, in virtual time.
struct world_prices {
  instant commit = std::chrono::milliseconds(2);       // a transaction, synced
  instant read = std::chrono::microseconds(100);       // a job of the reading thread
  instant hash = std::chrono::milliseconds(20);        // one Argon2id
  instant latency = std::chrono::milliseconds(1);      // of a wire, one way
  std::size_t wire_room = 64 * 1024;                   // bytes under way in one direction
};

// The server without its sockets, threads and disk: the same chat, router and connections as on a
// board, on the loop of a world. The store's rows are in `rows`, which outlives the server as a disk
// would.
class virtual_server {
 public:
  virtual_server(world_loop& on, std::shared_ptr<memory_backend> rows, const limits& bounds,
                 const world_prices& prices, std::uint64_t seed);

  // A connection to it: the client's end.
  stream_ptr connect(wire_watch watch = {});

  // Starts doing something; the world's time must run for it to end.
  void spawn(task<void> work) { work_.spawn(std::move(work)); }

  chat& talk() { return chat_; }
  counters& counted() { return service_.counted; }
  connection_host& host() { return host_; }

 private:
  world_loop& loop_;
  const limits& bounds_;
  const world_prices prices_;
  seeded_entropy entropy_;
  priced_worker storage_;
  priced_worker reader_;
  priced_worker hashing_;
  std::unique_ptr<store> store_;
  chat chat_;
  guard guard_;
  passwords passwords_;
  page page_;
  service service_;
  router router_;
  connection_host host_;
  nursery work_;
  nursery connections_;
};

// Who a world's client is.
struct world_user {
  user_id id = 0;
  std::string token;
};

// Makes `count` users ("u0", "u1", …), each a friend of the next, the last of the first, each signed
// in. Throws where a change is refused.
task<std::vector<world_user>> make_ring_of_friends(chat& talk, entropy& chance, std::size_t count);

}  // namespace lingerd
