#pragma once

#include <stdexcept>
#include <string>

namespace lingerd {

// Why the store failed. These exceptions stay inside store/, except at start-up, where the caller
// of open_store() gets them. what() is a sentence for people.
enum class store_failure {
  disk_full,  // no space, no quota, or a limit on the file's size; ends when there is room again
  map_full,   // the database needs a larger map
  damaged,    // stored bytes are not what was written
  unusable,   // a sync failed or the environment gave up: nothing may be written until a restart
  other,
};

class store_error : public std::runtime_error {
 public:
  store_error(store_failure kind, const std::string& message)
      : std::runtime_error(message), kind_(kind) {}
  store_failure kind() const { return kind_; }

 private:
  store_failure kind_;
};

class store_damaged : public store_error {
 public:
  explicit store_damaged(const std::string& message)
      : store_error(store_failure::damaged, message) {}
};

}  // namespace lingerd
