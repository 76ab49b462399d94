#include <system_error>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/disk/disk.hpp"
#include "sim/world/disk/file_tap.hpp"
#include "store/commit/open.hpp"
#include "store/engine/lmdb_backend.hpp"

namespace lingerd::sim {
namespace {

// Small, so that a busy world outgrows it.
constexpr std::size_t map_bytes = 256 * 1024;
constexpr std::size_t map_bytes_max = 256 * 1024 * 1024;
constexpr char snapshot_folder[] = "snapshot";

class lmdb_disk final : public world_disk {
 public:
  explicit lmdb_disk(std::filesystem::path folder)
      : folder_(std::move(folder)), tap_(folder_ / database_name, counts_) {
    std::filesystem::create_directories(folder_ / snapshot_folder);
  }
  ~lmdb_disk() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::unique_ptr<store> open(loop& loop, worker& storage, worker& reader, const limits& bounds,
                              std::function<void(std::string_view)> fatal,
                              entropy& entropy) override {
    open_options options;
    options.fatal = std::move(fatal);
    options.map_bytes = map_bytes;
    options.map_bytes_max = map_bytes_max;
    auto store = open_store(folder_, loop, storage, reader, bounds, std::move(options), entropy);
    tap_.acknowledge();  // a new database was created, and synced
    return store;
  }

  void crash(sim::crash kind, bool under_way, seeded_entropy& entropy) override {
    tap_.crash(kind, under_way, entropy);
    if (kind == sim::crash::power_cut) {
      std::error_code ignored;
      std::filesystem::remove(folder_ / (std::string(database_name) + "-lock"), ignored);
    }
  }
  void acknowledge() override {
    ++counts_.commits;
    tap_.acknowledge();
  }
  void set_full(bool is_full) override { tap_.set_full(is_full); }
  void fail_next_sync() override { tap_.fail_next_sync(); }

  // One process must not open a file in two LMDB environments, so this reads a copy.
  std::unique_ptr<kv_transaction> begin_read() override;

 private:
  const std::filesystem::path folder_;
  file_tap tap_;
};

// Reads a copy of the file. The copy stays until the next one, or the end of the disk.
class snapshot_transaction final : public kv_transaction {
 public:
  snapshot_transaction(const std::filesystem::path& file, const std::filesystem::path& copy) {
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    backend_ =
        std::make_unique<lmdb_backend>(copy, lmdb_environment::sizes{map_bytes_max, map_bytes_max});
    read_ = backend_->begin_read();
  }
  std::optional<std::string_view> get(table t, std::string_view key) override {
    return read_->get(t, key);
  }
  void put(table t, std::string_view key, std::string_view value) override {
    read_->put(t, key, value);
  }
  bool erase(table t, std::string_view key) override { return read_->erase(t, key); }
  std::unique_ptr<kv_cursor> walk(table t) override { return read_->walk(t); }

 private:
  std::unique_ptr<lmdb_backend> backend_;
  std::unique_ptr<kv_transaction> read_;  // destroyed before the backend
};

std::unique_ptr<kv_transaction> lmdb_disk::begin_read() {
  return std::make_unique<snapshot_transaction>(folder_ / database_name,
                                                folder_ / snapshot_folder / database_name);
}

}  // namespace

std::unique_ptr<world_disk> make_lmdb_disk(const std::filesystem::path& folder) {
  return std::make_unique<lmdb_disk>(folder);
}

}  // namespace lingerd::sim
