#include <system_error>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/disk/disk.hpp"
#include "sim/world/disk/file_tap.hpp"
#include "store/commit/open.hpp"
#include "store/engine/lmdb_backend.hpp"

namespace lingerd::sim {
namespace {

// Small, so that a world that says much outgrows it.
constexpr std::size_t map_bytes = 256 * 1024;
constexpr std::size_t map_bytes_max = 256 * 1024 * 1024;
constexpr char look_folder[] = "look";

class lmdb_disk final : public world_disk {
 public:
  explicit lmdb_disk(std::filesystem::path folder)
      : folder_(std::move(folder)), tap_(folder_ / database_name, counts_) {
    std::filesystem::create_directories(folder_ / look_folder);
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
    auto made = open_store(folder_, loop, storage, reader, bounds, std::move(options), entropy);
    tap_.acknowledge();  // a fresh database was founded, and synced
    return made;
  }

  void crash(sim::crash how, bool under_way, seeded_entropy& entropy) override {
    tap_.crash(how, under_way, entropy);
    if (how == sim::crash::power_cut) {
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

  // A second environment on an open file is not allowed in one process; whoever looks, looks at a
  // copy.
  std::unique_ptr<kv_transaction> look() override;

 private:
  const std::filesystem::path folder_;
  file_tap tap_;
};

// Reads a copy of the file. It stays until the next look, or the end of the disk.
class copied final : public kv_transaction {
 public:
  copied(const std::filesystem::path& file, const std::filesystem::path& copy) {
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
  std::unique_ptr<kv_transaction> read_;  // before it ends the backend's
};

std::unique_ptr<kv_transaction> lmdb_disk::look() {
  return std::make_unique<copied>(folder_ / database_name, folder_ / look_folder / database_name);
}

}  // namespace

std::unique_ptr<world_disk> make_lmdb_disk(const std::filesystem::path& folder) {
  return std::make_unique<lmdb_disk>(folder);
}

}  // namespace lingerd::sim
