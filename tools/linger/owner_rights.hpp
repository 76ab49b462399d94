#pragma once

#include <sys/types.h>

#include <filesystem>

namespace lingerd {

// While it lives, a process of root works with the rights of the data folder's owner, so that the
// files which a command makes (`sudo linger user add …`) can be opened by the service's user. On
// construction the database's files that root has left behind get the owner, too. Without effect
// for other users, for a folder of root's or one that does not exist yet, and where the owner
// cannot reach the folder. One at a time; on the main thread.
class owner_rights {
 public:
  explicit owner_rights(const std::filesystem::path& folder);
  ~owner_rights();
  owner_rights(const owner_rights&) = delete;
  owner_rights& operator=(const owner_rights&) = delete;

 private:
  void restore();

  bool is_changed_ = false;
  gid_t group_ = 0;
};

}  // namespace lingerd
