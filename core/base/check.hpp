#pragma once

// CHECK(condition): a bug if false, in every build. Prints the place and aborts, so that a wrong
// state never reaches the disk or another user.

namespace lingerd {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace lingerd

#define CHECK(condition)                                       \
  do {                                                         \
    if (!(condition)) [[unlikely]]                             \
      ::lingerd::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
