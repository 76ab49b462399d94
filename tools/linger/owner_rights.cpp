#include "tools/linger/owner_rights.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <system_error>

namespace lingerd {
namespace {

// The folder belongs to a user that may put anything into it: links are not followed.
void give_file(int folder, const char* name, const struct stat& owner) {
  const int file = ::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return;
  struct stat status {};
  const bool is_roots_own = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                            status.st_uid == 0 && status.st_nlink == 1;
  if (is_roots_own) {
    [[maybe_unused]] const int ignored = ::fchown(file, owner.st_uid, owner.st_gid);
  }
  ::close(file);
}

bool is_database_file(const std::string& name) {
  return name == "lock" || name.starts_with("linger.");
}

}  // namespace

owner_rights::owner_rights(const std::filesystem::path& folder) : group_(::getegid()) {
  if (::geteuid() != 0) return;
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  struct stat owner {};
  const bool is_anothers = ::fstat(descriptor, &owner) == 0 && owner.st_uid != 0;
  std::error_code ignored;
  if (is_anothers) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      const std::string name = entry.path().filename().string();
      if (is_database_file(name)) give_file(descriptor, name.c_str(), owner);
    }
  }
  ::close(descriptor);
  if (!is_anothers || ::setegid(owner.st_gid) != 0) return;
  is_changed_ = true;
  const bool has_rights =
      ::seteuid(owner.st_uid) == 0 &&
      ::faccessat(AT_FDCWD, folder.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) == 0;
  if (!has_rights) restore();
}

owner_rights::~owner_rights() { restore(); }

void owner_rights::restore() {
  if (!is_changed_) return;
  is_changed_ = false;
  [[maybe_unused]] const bool is_back = ::seteuid(0) == 0 && ::setegid(group_) == 0;
}

}  // namespace lingerd
