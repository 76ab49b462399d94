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
// above, and the coroutines end before what they use.
struct world_server::life {
  life(virtual_loop& loop, network& network, world_disk& disk, const limits& bounds,
       const world_prices& prices, std::uint64_t seed, commit_watcher* watcher,
       std::function<void(std::string_view)> on_fatal)
      : entropy(seed),
        storage(loop, prices.commit),
        reader(loop, prices.read),
        hashing(loop, prices.hash),
        store(disk.open(loop, storage, reader, bounds, std::move(on_fatal), entropy), watcher,
              [&disk] { disk.acknowledge(); }),
        chat(loop, store, bounds),
        http(chat, entropy, hashing, {}, world_hashing()) {
    chat.load();
    network.listen([this](stream_ptr stream) {
      // Where there is no room the kernel would let the client wait; here it is closed.
      if (http.context().counters.open_connections >= chat.bounds().connections) return;
      http.serve(std::move(stream));
    });
  }

  seeded_entropy entropy;
  priced_worker storage;
  priced_worker reader;
  priced_worker hashing;
  watched_store store;
  lingerd::chat chat;
  server http;
  std::optional<lingerd::shutdown> shutdown;
  nursery work;
};

world_server::world_server(virtual_loop& loop, network& network, world_disk& disk,
                           const limits& bounds, world_prices prices, std::uint64_t seed,
                           commit_watcher* watcher)
    : loop_(loop),
      network_(network),
      disk_(disk),
      bounds_(bounds),
      prices_(std::move(prices)),
      entropy_(seed),
      watcher_(watcher) {}

world_server::~world_server() {
  // Connections may still be open: the clients do not see their end.
  if (life_) network_.lose_server(true);
}

void world_server::start(std::function<void(std::string_view)> on_fatal) {
  CHECK(!life_);
  ++lives_;
  life_ = std::make_unique<life>(loop_, network_, disk_, bounds_, prices_, entropy_.next(),
                                 watcher_, std::move(on_fatal));
}

void world_server::crash(sim::crash kind) {
  CHECK(life_);
  const bool is_committing = life_->storage.is_under_way();
  network_.lose_server(kind == sim::crash::power_cut);
  life_.reset();
  disk_.crash(kind, is_committing, entropy_);
}

void world_server::begin_shutdown(std::function<void()> on_done) {
  CHECK(life_);
  network_.stop_listening();
  life_->shutdown.emplace(life_->chat, std::vector<connections*>{&life_->http.connections()},
                          std::move(on_done));
  life_->shutdown->begin();
}

bool world_server::is_shutting_down() const { return life_ && life_->shutdown.has_value(); }

lingerd::chat& world_server::chat() { return life_->chat; }
server& world_server::http() { return life_->http; }
void world_server::spawn(task<void> work) { life_->work.spawn(std::move(work)); }

}  // namespace lingerd::sim
