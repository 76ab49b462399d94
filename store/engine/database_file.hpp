#pragma once

#include <filesystem>
#include <functional>

#include "core/base/time.hpp"

namespace lingerd {

// What happens to a database file before LMDB opens it. All functions throw store_error with a
// sentence for people. REQUIRES: the folder's lock; no environment has the file open.

// Whether there is a database to open. Of a file with one damaged meta page a copy is set aside,
// and the page is written anew from the other one; the log says what may be missing. A file of a
// first start that was cut off is set aside, and there is none.
//
// Throws store_damaged if both meta pages are damaged, and store_failure::other for a file of
// another kind of system; the file is left as it is. `now` names what is set aside.
bool examine_database(const std::filesystem::path& file, wall_ms now);

// Creates a database so that a crash leaves all of it or nothing: `fill` creates it under the name
// that it is given, which is then synced and renamed. What an earlier attempt left is removed.
void create_database(const std::filesystem::path& file,
                     const std::function<void(const std::filesystem::path&)>& fill);

}  // namespace lingerd
