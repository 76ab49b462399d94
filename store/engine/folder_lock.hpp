#pragma once

#include <filesystem>
#include <optional>

namespace lingerd {

// The exclusive lock of a data folder: excludes the server and the offline commands from each
// other. Held as long as this object lives; the kernel releases it when the process ends, however
// it ends.
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

// Locks FOLDER/lock (flock) without waiting; none if another process, or another folder_lock of
// this process, holds it. Creates the folder if it does not exist. Throws store_error if the folder
// cannot be used.
std::optional<folder_lock> try_lock(const std::filesystem::path& folder);

}  // namespace lingerd
