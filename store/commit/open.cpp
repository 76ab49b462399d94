#include "store/commit/open.hpp"

#include <utility>

#include "store/engine/data_folder.hpp"
#include "store/commit/durable_store.hpp"
#include "store/engine/lmdb_backend.hpp"
#include "store/commit/schema.hpp"

namespace lingerd {

std::unique_ptr<store> open_store(const std::filesystem::path& folder, loop& on, worker& storage,
                                  worker& reader, const limits& bounds, open_options how,
                                  entropy& chance) {
  make_folder(folder);
  auto in = std::make_shared<lmdb_backend>(
      folder / database_name, lmdb_environment::sizes{how.map_bytes, how.map_bytes_max});
  in->keep_room();
  prepare(*in, chance);
  // The file's name must outlive a power cut as its contents do.
  sync_folder(folder);
  return std::make_unique<durable_store>(
      std::move(in), on, storage, reader, bounds,
      group_commit::options{how.commit_window, std::move(how.fatal)});
}

}  // namespace lingerd
