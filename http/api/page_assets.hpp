#pragma once

#include <span>
#include <string_view>

namespace lingerd {

// A file of the page, compiled in.
struct asset {
  std::string_view name;      // "main.js"
  std::string_view type;      // "text/javascript; charset=utf-8"
  std::string_view identity;  // the file
  std::string_view gzip;      // the same, gzipped
};

extern const std::string_view page_hash;          // 16 hex digits, over all files
extern const std::span<const asset> page_assets;  // sorted by name

}  // namespace lingerd
