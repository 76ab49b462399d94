#include "store/memory/memory_store.hpp"

#include <utility>

#include "store/commit/schema.hpp"

namespace lingerd {

std::unique_ptr<store> open_memory_store(std::shared_ptr<backend> in, loop& on, worker& storage,
                                         worker& reader, const limits& bounds,
                                         group_commit::options how, entropy& chance) {
  prepare(*in, chance);
  return std::make_unique<durable_store>(std::move(in), on, storage, reader, bounds,
                                         std::move(how));
}

}  // namespace lingerd
