#pragma once

#include <stdexcept>
#include <string>

namespace lingerd {

// The kinds of failures of the store.
enum class store_failure {
  // The disk has no space, the quota is used up, or the file has reached a size limit; the failure
  // ends when there is room again.
  disk_full,
  // The database is as large as its memory map, which has to grow (backend::make_room).
  map_full,
  // Stored bytes are not the bytes that were written; the message names the row or the file.
  damaged,
  // A sync or a write has failed for another reason than room, so the state of the file is unknown,
  // and nothing may be written until the server is restarted.
  unusable,
  // Any other error of the system, or a database that this program cannot read; the message says
  // which.
  other,
};

// An error of the store. These exceptions stay inside store/, except at start-up, where the caller
// of open_store() gets them. what() is a sentence for people.

class store_error : public std::runtime_error {
 public:
  store_error(store_failure kind, const std::string& message)
      : std::runtime_error(message), kind_(kind) {}
  store_failure kind() const { return kind_; }

 private:
  store_failure kind_;
};

// A store_error of the kind `damaged`.
class store_damaged : public store_error {
 public:
  explicit store_damaged(const std::string& message)
      : store_error(store_failure::damaged, message) {}
};

}  // namespace lingerd
