#pragma once

#include <filesystem>
#include <optional>

namespace lingerd {

// Exclusive lock of a data folder, held as long as this object lives; the kernel releases it when
// the process ends, however it ends. Keeps the server and the offline commands apart.
class folder_lock {
 public:
  folder_lock(folder_lock&& other) noexcept;
  folder_lock& operator=(folder_lock&& other) noexcept;
  ~folder_lock();

 private:
  friend std::optional<folder_lock> try_lock(const std::filesystem::path& folder);
  explicit folder_lock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// Locks FOLDER/lock (flock, at once or not at all); none if another process, or another
// folder_lock of this one, has it. Makes the folder if it does not exist. Throws store_error if the
// folder cannot be used.
std::optional<folder_lock> try_lock(const std::filesystem::path& folder);

}  // namespace lingerd
