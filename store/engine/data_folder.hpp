#pragma once

#include <filesystem>

namespace lingerd {

// Makes the data folder (0700) and the folders above it if they do not exist. Throws store_error if
// that fails, or if the name belongs to something else.
void make_folder(const std::filesystem::path& folder);

// Makes the names in the folder, and the folder's own name, durable. Throws store_error.
void sync_folder(const std::filesystem::path& folder);

}  // namespace lingerd
