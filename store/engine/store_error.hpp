#pragma once

#include <stdexcept>
#include <string>

namespace lingerd {

// What can go wrong below the tables. These exceptions stay inside store/, and at start-up go to
// whoever opens the store; what() is a sentence for a person.
enum class trouble {
  disk_full,  // no space, no quota, or the file may not grow; passes when there is room again
  map_full,   // the database has outgrown its map
  damaged,    // what is stored is not what was written
  unusable,   // a sync failed or the environment gave up: nothing may be written until a restart
  other,
};

class store_error : public std::runtime_error {
 public:
  store_error(trouble kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  trouble kind() const { return kind_; }

 private:
  trouble kind_;
};

class store_damaged : public store_error {
 public:
  explicit store_damaged(const std::string& what) : store_error(trouble::damaged, what) {}
};

}  // namespace lingerd
