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

void sync_directory(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(errno, "cannot open the folder " + folder.string());
  const int result = ::fsync(descriptor);
  const int code = errno;
  ::close(descriptor);
  // Some file systems have no sync of folders.
  if (result != 0 && code != EINVAL) fail(code, "cannot sync the folder " + folder.string());
}

}  // namespace

void make_folder(const fs::path& folder) {
  std::error_code code;
  const fs::file_status status = fs::status(folder, code);
  if (fs::is_directory(status)) return;
  if (fs::exists(status)) {
    throw store_error(store_failure::other, folder.string() + " is not a folder");
  }
  const fs::path parent = fs::absolute(folder / "").parent_path().parent_path();
  fs::create_directories(parent, code);
  if (code) fail(code.value(), "cannot make the folder " + parent.string());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    fail(errno, "cannot make the folder " + folder.string());
  }
}

void sync_folder(const fs::path& folder) {
  sync_directory(folder);
  const fs::path parent = fs::absolute(folder / "").parent_path().parent_path();
  // The process may be allowed to use its folder and not to read the one above.
  if (::access(parent.c_str(), R_OK) == 0) sync_directory(parent);
}

}  // namespace lingerd
