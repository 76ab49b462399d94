#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/limits.hpp"

namespace lingerd {

// The options of `serve` and `demo`, with their defaults.
struct serve_options {
  std::filesystem::path data;  // the data folder
  std::vector<std::string> listen{"127.0.0.1:8080"};
  std::optional<std::string> metrics_listen;
  std::string public_url;
  std::string title = "Linger";
  std::optional<std::filesystem::path> page_dir;
  std::chrono::milliseconds commit_window{0};
  limits bounds;
};

}  // namespace lingerd
