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

folder_lock::folder_lock(folder_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

folder_lock& folder_lock::operator=(folder_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

folder_lock::~folder_lock() {
  if (file_ >= 0) ::close(file_);
}

std::optional<folder_lock> try_lock(const std::filesystem::path& folder) {
  make_folder(folder);
  const std::filesystem::path file = folder / "lock";
  // The file stays when the lock goes: a new one under the same name would be another lock.
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    throw store_error(trouble::other, "cannot open " + file.string() + ": " +
                                          std::generic_category().message(errno));
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return folder_lock(fd);
  const int code = errno;
  ::close(fd);
  if (code == EWOULDBLOCK) return std::nullopt;
  throw store_error(trouble::other,
                    "cannot lock " + file.string() + ": " + std::generic_category().message(code));
}

}  // namespace lingerd
