#include "sim/world/server/world_server.hpp"

#include <optional>
#include <utility>

#include "core/base/check.hpp"
#include "sim/client/seeded_entropy.hpp"

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
  static const quick_hashing hashing;
  return hashing;
}

// One life of the server. The members are in the order of building; what is below uses what is
// above, and the coroutines go first.
struct world_server::life {
  life(virtual_loop& loop, network& wires, world_disk& disk, const limits& bounds,
       const world_prices& prices, std::uint64_t seed, commit_watcher* watcher,
       std::function<void(std::string_view)> died)
      : wires(wires),
        entropy(seed),
        storage(loop, prices.commit),
        reader(loop, prices.read),
        hashing(loop, prices.hash),
        store(disk.open(loop, storage, reader, bounds, std::move(died), entropy), watcher,
              [&disk] { disk.acknowledge(); }),
        chat(loop, store, bounds),
        authenticator(chat, entropy),
        same_origin(""),
        rate_limits(loop, bounds),
        passwords(loop, hashing, bounds, world_hashing()),
        page(std::nullopt),
        services{chat, authenticator, same_origin, rate_limits, passwords, entropy, page, {}, {}},
        routes(services),
        host(loop, services.counters, bounds) {
    chat.load();
    wires.listen([this](stream_ptr s) {
      // Where there is no room the kernel would let them wait; here they are closed.
      if (services.counters.open_connections >= host.bounds.connections) return;
      serve(connection_roots, host, routes, std::move(s));
    });
  }

  network& wires;
  seeded_entropy entropy;
  priced_worker storage;
  priced_worker reader;
  priced_worker hashing;
  watched_store store;
  lingerd::chat chat;
  lingerd::authenticator authenticator;
  lingerd::same_origin same_origin;
  lingerd::rate_limits rate_limits;
  lingerd::passwords passwords;
  lingerd::page page;
  app_context services;
  router routes;
  lingerd::connections host;
  std::optional<shutdown> shutdown_;
  nursery work;
  nursery connection_roots;
};

world_server::world_server(virtual_loop& loop, network& wires, world_disk& disk,
                           const limits& bounds, world_prices prices, std::uint64_t seed,
                           commit_watcher* watcher)
    : loop_(loop),
      network_(wires),
      disk_(disk),
      bounds_(bounds),
      prices_(std::move(prices)),
      entropy_(seed),
      watcher_(watcher) {}

world_server::~world_server() {
  // Connections may still be open: the clients must not notice their end.
  if (life_) network_.lose_server(true);
}

void world_server::start(std::function<void(std::string_view)> died) {
  CHECK(!life_);
  ++lives_;
  life_ = std::make_unique<life>(loop_, network_, disk_, bounds_, prices_, entropy_.next(),
                                 watcher_, std::move(died));
}

void world_server::crash(sim::crash crash) {
  CHECK(life_);
  const bool under_way = life_->storage.is_under_way();
  network_.lose_server(crash == sim::crash::power_cut);
  life_.reset();
  disk_.crash(crash, under_way, entropy_);
}

void world_server::go_down(std::function<void()> gone) {
  CHECK(life_);
  network_.stop_listening();
  life_->shutdown_.emplace(life_->chat, std::vector<connections*>{&life_->host}, std::move(gone));
  life_->shutdown_->begin();
}

bool world_server::is_going_down() const { return life_ && life_->shutdown_.has_value(); }

lingerd::chat& world_server::chat() { return life_->chat; }
connections& world_server::host() { return life_->host; }
const lingerd::rate_limits& world_server::rate_limits() const { return life_->rate_limits; }
const lingerd::passwords& world_server::passwords() const { return life_->passwords; }
std::size_t world_server::coroutines() const { return life_->connection_roots.size(); }
void world_server::spawn(task<void> work) { life_->work.spawn(std::move(work)); }

}  // namespace lingerd::sim
