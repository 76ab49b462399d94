#include "sim/world/server/world_server.hpp"

#include <optional>
#include <utility>

#include "core/base/check.hpp"

namespace lingerd::sim {
namespace {

class quick_hashing final : public password_hashing {
 public:
  std::string hash(const std::string& password) const override { return "$argon2id$" + password; }
  bool verify(const std::string& hash, const std::string& password) const override {
    return hash == "$argon2id$" + password;
  }
};

}  // namespace

const password_hashing& world_hashing() {
  static const quick_hashing one;
  return one;
}

// One life of the server. The members are in the order of building; what is below uses what is
// above, and the coroutines go first.
struct world_server::life {
  life(world_loop& on, network& wires, world_disk& disk, const limits& bounds,
       const world_prices& prices, std::uint64_t seed, commit_watcher* watcher,
       std::function<void(std::string_view)> died)
      : wires(wires),
        chance(seed),
        storage(on, prices.commit),
        reader(on, prices.read),
        hashing(on, prices.hash),
        kept(disk.open(on, storage, reader, bounds, std::move(died), chance), watcher,
             [&disk] { disk.told(); }),
        talk(on, kept, bounds),
        door(talk, "", chance),
        secrets(on, hashing, bounds, world_hashing()),
        files(std::nullopt),
        services{talk, door, secrets, chance, files, {}, {}},
        routes(services),
        host(talk, services.counted, bounds) {
    talk.load();
    wires.listen([this](stream_ptr s) {
      // Where there is no room the kernel would let them wait; here they are closed.
      if (services.counted.open_connections >= host.bounds.connections) return;
      serve(connections, host, routes, std::move(s));
    });
  }

  network& wires;
  seeded_entropy chance;
  priced_worker storage;
  priced_worker reader;
  priced_worker hashing;
  watched_store kept;
  chat talk;
  guard door;
  passwords secrets;
  page files;
  service services;
  router routes;
  connection_host host;
  std::optional<going_down> down;
  nursery work;
  nursery connections;
};

world_server::world_server(world_loop& on, network& wires, world_disk& disk, const limits& bounds,
                           world_prices prices, std::uint64_t seed, commit_watcher* watcher)
    : loop_(on),
      network_(wires),
      disk_(disk),
      bounds_(bounds),
      prices_(std::move(prices)),
      chance_(seed),
      watcher_(watcher) {}

world_server::~world_server() {
  // Its connections may still be open: nobody is to hear of their end.
  if (life_) network_.lose_server(true);
}

void world_server::start(std::function<void(std::string_view)> died) {
  CHECK(!life_);
  ++lives_;
  life_ = std::make_unique<life>(loop_, network_, disk_, bounds_, prices_, chance_.next(), watcher_,
                                 std::move(died));
}

void world_server::crash(sim::crash how) {
  CHECK(life_);
  const bool under_way = life_->storage.is_under_way();
  network_.lose_server(how == sim::crash::power_cut);
  life_.reset();
  disk_.crash(how, under_way, chance_);
}

void world_server::go_down(std::function<void()> gone) {
  CHECK(life_);
  network_.deaf();
  life_->down.emplace(life_->talk, std::vector<connection_host*>{&life_->host}, std::move(gone));
  life_->down->begin();
}

bool world_server::is_going_down() const { return life_ && life_->down.has_value(); }

chat& world_server::talk() { return life_->talk; }
connection_host& world_server::host() { return life_->host; }
const guard& world_server::door() const { return life_->door; }
const passwords& world_server::secrets() const { return life_->secrets; }
std::size_t world_server::coroutines() const { return life_->connections.size(); }
void world_server::spawn(task<void> work) { life_->work.spawn(std::move(work)); }

}  // namespace lingerd::sim
