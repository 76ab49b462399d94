#pragma once

#include <filesystem>

namespace lingerd {

// Creates the data folder (mode 0700) and its parents if they do not exist. Throws store_error if
// that fails, or if the name belongs to something other than a folder.
void make_folder(const std::filesystem::path& folder);

// Syncs the folder and its parent: makes the names in the folder, and the folder's own name,
// durable. Throws store_error.
void sync_folder(const std::filesystem::path& folder);

}  // namespace lingerd
