#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "http/protocol/request.hpp"
#include "http/protocol/response.hpp"

namespace lingerd {

// The web page: index.html at its addresses, everything else in a folder whose name is the hash of
// all of it, so that it may be kept for ever.
class page {
 public:
  // With a folder, its files are served instead of those compiled in: for working on the page.
  explicit page(std::optional<std::filesystem::path> folder) : folder_(std::move(folder)) {}

  response index(const http_request& r) const;
  // `path` as after "/assets/": "5f3a…/main.js".
  response file(const http_request& r, std::string_view path) const;

 private:
  std::optional<std::filesystem::path> folder_;
};

}  // namespace lingerd
