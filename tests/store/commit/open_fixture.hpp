#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "store/commit/open.hpp"
#include "tests/store/commit/store_fixtures.hpp"

// Databases in files: opened, read and written as bytes, and opened in a child process.
namespace lingerd::store_tests {

namespace fs = std::filesystem;

inline void open(store_fixture& fixture, const fs::path& folder, open_options options = {}) {
  fixture.set_store(open_store(folder, fixture.loop, fixture.storage, fixture.reader,
                               fixture.bounds, std::move(options), fixture.entropy));
}

inline mode_t mode_of(const fs::path& p) {
  struct stat s {};
  EXPECT_EQ(::stat(p.c_str(), &s), 0) << p;
  return s.st_mode & 0777;
}

// Runs `body` in a child process, with its result as exit code; returns the wait status.
inline int run_in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

inline std::string bytes_of(const fs::path& file) {
  std::ifstream input(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}
inline void write_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace lingerd::store_tests
