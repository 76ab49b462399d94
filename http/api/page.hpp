#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "http/protocol/request.hpp"
#include "http/protocol/response.hpp"

namespace lingerd {

// The files of the web page, which are compiled in: index.html at its addresses, the others below
// /assets/HASH/, where HASH is that of all the files, so that a browser may cache them for ever.
// Immutable; a missing file is 404.
class page {
 public:
  // With a folder, its files are served instead, read at each request: for working on the page.
  explicit page(std::optional<std::filesystem::path> folder) : folder_(std::move(folder)) {}

  response index(const http_request& r) const;
  // `path` as after "/assets/": "5f3a…/main.js".
  response file(const http_request& r, std::string_view path) const;

 private:
  std::optional<std::filesystem::path> folder_;
};

}  // namespace lingerd
