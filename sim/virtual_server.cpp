#include "sim/virtual_server.hpp"

#include <stdexcept>

namespace lingerd {

virtual_server::virtual_server(world_loop& on, std::shared_ptr<memory_backend> rows,
                               const limits& bounds, const world_prices& prices,
                               std::uint64_t seed)
    : loop_(on),
      bounds_(bounds),
      prices_(prices),
      entropy_(seed),
      storage_(on, prices.commit),
      reader_(on, prices.read),
      hashing_(on, prices.hash),
      store_(open_memory_store(std::move(rows), on, storage_, reader_, bounds, {}, entropy_)),
      chat_(on, *store_, bounds),
      guard_(chat_, ""),
      passwords_(on, hashing_, bounds),
      page_(std::nullopt),
      service_{chat_, guard_, passwords_, entropy_, page_, {}, {}},
      router_(service_),
      host_(chat_, service_.counted, bounds) {
  chat_.load();
}

stream_ptr virtual_server::connect(wire_watch watch) {
  auto [client, own] =
      make_virtual_wire(loop_, prices_.latency, prices_.wire_room, std::move(watch));
  connections_.spawn(serve(host_, router_, std::move(own)));
  return std::move(client);
}

namespace {

task<applied> done(chat& talk, change c) {
  result<applied> a = co_await talk.commit(std::move(c));
  if (!a) throw std::runtime_error("a world's people: " + a.error().what);
  co_return std::move(*a);
}

}  // namespace

task<std::vector<world_user>> make_ring_of_friends(chat& talk, entropy& chance,
                                                   std::size_t count) {
  std::vector<world_user> all;
  for (std::size_t i = 0; i < count; ++i) {
    add_user add;
    add.name = add.display = "u" + std::to_string(i);
    change adding = std::move(add);
    const applied a = co_await done(talk, std::move(adding));
    world_user u;
    u.id = a.party;
    u.token = make_token(chance);
    open_session open;
    open.user = u.id;
    open.hash = *hash_of_token(u.token);
    open.now = talk.wall().now;
    change opening = std::move(open);
    co_await done(talk, std::move(opening));
    all.push_back(std::move(u));
  }
  for (std::size_t i = 0; i < count; ++i) {
    make_friends f;
    f.a = all[i].id;
    f.b = all[(i + 1) % count].id;
    f.now = talk.wall().now;
    change joining = f;
    co_await done(talk, std::move(joining));
  }
  co_return all;
}

}  // namespace lingerd
