#include "store/commit/open.hpp"

#include <utility>

#include "store/commit/durable_store.hpp"
#include "store/commit/schema.hpp"
#include "store/engine/data_folder.hpp"
#include "store/engine/database_file.hpp"
#include "store/engine/lmdb_backend.hpp"

namespace lingerd {

std::unique_ptr<store> open_store(const std::filesystem::path& folder, loop& loop, worker& storage,
                                  worker& reader, const limits& bounds, open_options options,
                                  entropy& entropy) {
  make_folder(folder);
  const std::filesystem::path file = folder / database_name;
  const lmdb_environment::sizes map{options.map_bytes, options.map_bytes_max};
  if (!examine_database(file, loop.time().wall())) {
    create_database(file, [&](const std::filesystem::path& unfinished) {
      lmdb_backend fresh(unfinished, map);
      prepare(fresh, entropy);
    });
  }
  auto backend_ = std::make_shared<lmdb_backend>(file, map);
  backend_->keep_room();
  prepare(*backend_, entropy);
  // The folder's own name must survive a power cut, as its contents do.
  sync_folder(folder);
  return std::make_unique<durable_store>(
      std::move(backend_), loop, storage, reader, bounds,
      group_commit::options{options.commit_window, std::move(options.fatal)});
}

}  // namespace lingerd
