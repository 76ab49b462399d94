#include "store/engine/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "store/engine/data_folder.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {

folder_lock::folder_lock(folder_lock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

folder_lock& folder_lock::operator=(folder_lock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

folder_lock::~folder_lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<folder_lock> try_lock(const std::filesystem::path& folder) {
  make_folder(folder);
  const std::filesystem::path file = folder / "lock";
  // The file is never removed: a new one under the same name would be a different lock.
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    throw store_error(store_failure::other, "cannot open " + file.string() + ": " +
                                                std::generic_category().message(errno));
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return folder_lock(descriptor);
  const int code = errno;
  ::close(descriptor);
  if (code == EWOULDBLOCK) return std::nullopt;
  throw store_error(store_failure::other,
                    "cannot lock " + file.string() + ": " + std::generic_category().message(code));
}

}  // namespace lingerd
