#include <system_error>

#include "sim/world/disk/disk.hpp"
#include "sim/world/disk/file_tap.hpp"
#include "store/engine/lmdb_backend.hpp"
#include "store/commit/open.hpp"

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

  std::unique_ptr<store> open(loop& on, worker& storage, worker& reader, const limits& bounds,
                              std::function<void(std::string_view)> fatal,
                              entropy& chance) override {
    open_options how;
    how.fatal = std::move(fatal);
    how.map_bytes = map_bytes;
    how.map_bytes_max = map_bytes_max;
    auto made = open_store(folder_, on, storage, reader, bounds, std::move(how), chance);
    tap_.told();  // a fresh database was founded, and synced
    return made;
  }

  void crash(sim::crash how, bool under_way, seeded_entropy& chance) override {
    tap_.crash(how, under_way, chance);
    if (how == sim::crash::power_cut) {
      std::error_code ignored;
      std::filesystem::remove(folder_ / (std::string(database_name) + "-lock"), ignored);
    }
  }
  void told() override {
    ++counts_.commits;
    tap_.told();
  }
  void set_full(bool is_full) override { tap_.set_full(is_full); }
  void fail_next_sync() override { tap_.fail_next_sync(); }

  // A second environment on an open file is not allowed in one process; whoever looks, looks at a
  // copy.
  std::unique_ptr<kv> look() override;

 private:
  const std::filesystem::path folder_;
  file_tap tap_;
};

// Reads a copy of the file. It stays until the next look, or the end of the disk.
class copied final : public kv {
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
  std::unique_ptr<kv> read_;  // before it ends the backend's
};

std::unique_ptr<kv> lmdb_disk::look() {
  return std::make_unique<copied>(folder_ / database_name, folder_ / look_folder / database_name);
}

}  // namespace

std::unique_ptr<world_disk> make_lmdb_disk(const std::filesystem::path& folder) {
  return std::make_unique<lmdb_disk>(folder);
}

}  // namespace lingerd::sim
