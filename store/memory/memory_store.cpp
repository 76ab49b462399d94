#include "store/memory/memory_store.hpp"

#include <utility>

#include "store/commit/schema.hpp"

namespace lingerd {

std::unique_ptr<store> open_memory_store(std::shared_ptr<backend> backend_, loop& loop,
                                         worker& storage, worker& reader, const limits& bounds,
                                         group_commit::options options, entropy& entropy) {
  prepare(*backend_, entropy);
  return std::make_unique<durable_store>(std::move(backend_), loop, storage, reader, bounds,
                                         std::move(options));
}

}  // namespace lingerd
