#pragma once

#include <filesystem>

namespace lingerd {

// Makes the data folder (0700) where there is none, and those above it. Throws store_error with a
// sentence where that cannot be, or where something else has the name.
void make_folder(const std::filesystem::path& folder);

// Makes the names in the folder, and its own, durable. Throws store_error.
void sync_folder(const std::filesystem::path& folder);

}  // namespace lingerd
