#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/disk/disk_tap.hpp"

// What a power cut or a kill may leave of the writes that disk_tap has recorded.
namespace lingerd::disk_tests {

struct disk_operation {
  record_header header;
  std::string path, other_path, data;
};

// The operations of a record, in their order; failed ones are left out. A write through a
// descriptor that syncs by itself (O_DSYNC) is followed by a sync, so that a cut may tear it.
std::vector<disk_operation> read_record(const std::filesystem::path& record);

// Which of the operations that no sync has made durable survive.
enum class survival {
  all,      // the process was killed, the kernel kept its writes
  none,     // a power cut; the disk had written nothing by itself
  some,     // a power cut; each 512-byte sector survives or not, and so do the newest names
  no_data,  // a power cut; names and lengths survive, contents do not
};

// A folder on a disk with a write-back cache. Starts empty; operations are applied in order.
//
// A write, a new length or a new name is durable after a sync of its file or its folder.
class disk_model {
 public:
  explicit disk_model(std::filesystem::path root) : root_(std::move(root)) {}

  void apply(const disk_operation& o);
  // Writes the state after a cut at this moment into `folder`, in the place of `root`.
  void write_cut(const std::filesystem::path& folder, survival kind, std::mt19937& random) const;

 private:
  struct change {
    bool is_length = false;
    std::uint64_t offset = 0;  // or the new length
    std::string data;
  };
  struct file {
    std::string durable;
    std::vector<change> pending;
  };
  using names = std::map<std::string, std::shared_ptr<file>>;
  struct name_change {
    record_kind kind;
    std::string path, other_path;
    std::shared_ptr<file> created;  // of create
  };
  static void apply_name(names& all, const name_change& c);
  static void apply_change(std::string& bytes, const change& c);
  static std::string cut(const file& f, survival kind, std::mt19937& random);

  const std::filesystem::path root_;
  names durable_;                      // after a power cut
  names current_;                      // as the program sees it
  std::vector<name_change> unsynced_;  // between the two
};

}  // namespace lingerd::disk_tests
