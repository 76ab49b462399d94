#include "store/engine/data_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(int code, const std::string& message) {
  throw store_error(
      code == ENOSPC || code == EDQUOT ? store_failure::disk_full : store_failure::other,
      message + ": " + std::generic_category().message(code));
}

void sync_one(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail(errno, "cannot open the folder " + folder.string());
  const int rc = ::fsync(fd);
  const int code = errno;
  ::close(fd);
  // Some file systems have no sync of folders.
  if (rc != 0 && code != EINVAL) fail(code, "cannot sync the folder " + folder.string());
}

}  // namespace

void make_folder(const fs::path& folder) {
  std::error_code ec;
  const fs::file_status is = fs::status(folder, ec);
  if (fs::is_directory(is)) return;
  if (fs::exists(is)) {
    throw store_error(store_failure::other, folder.string() + " is not a folder");
  }
  const fs::path above = fs::absolute(folder / "").parent_path().parent_path();
  fs::create_directories(above, ec);
  if (ec) fail(ec.value(), "cannot make the folder " + above.string());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    fail(errno, "cannot make the folder " + folder.string());
  }
}

void sync_folder(const fs::path& folder) {
  sync_one(folder);
  const fs::path above = fs::absolute(folder / "").parent_path().parent_path();
  // The process may be allowed to use its folder and not to read the one above.
  if (::access(above.c_str(), R_OK) == 0) sync_one(above);
}

}  // namespace lingerd
