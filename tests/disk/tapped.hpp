#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/server/program.hpp"

namespace lingerd::disk_tests {

// The environment that loads disk_tap for one data folder, and the rules of its faults. The folder
// need not exist yet.
class disk_tap {
 public:
  explicit disk_tap(const std::filesystem::path& folder)
      : folder_(std::filesystem::weakly_canonical(folder)) {}

  std::vector<std::string> environment() const {
    return {"LD_PRELOAD=" + server_tests::beside_linger("liblinger_disk_tap.so"),
            // AddressSanitizer's library is not the first one then.
            "ASAN_OPTIONS=verify_asan_link_order=0", "LINGER_TAP_FOLDER=" + folder_.string(),
            "LINGER_TAP_RULES=" + rules_file(), "LINGER_TAP_RECORD=" + record_file()};
  }
  // Rules as in tap/rules.hpp, "write EIO 1 *"; none end all faults. They hold from the program's
  // next operation on.
  void set_rules(std::string_view rules) {
    server_tests::write_file(rules_file() + ".new", rules);
    std::filesystem::rename(rules_file() + ".new", rules_file());
  }
  const std::filesystem::path& folder() const { return folder_; }
  std::string record_file() const { return private_ / "record"; }

 private:
  std::string rules_file() const { return private_ / "rules"; }

  const std::filesystem::path folder_;
  server_tests::temp_folder private_;
};

inline std::size_t count_lines(std::string_view text, std::string_view part) {
  std::size_t lines = 0;
  for (auto position = text.find(part); position != std::string_view::npos;
       position = text.find(part, position + part.size())) {
    ++lines;
  }
  return lines;
}

}  // namespace lingerd::disk_tests
