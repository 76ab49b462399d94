#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <string_view>

namespace lingerd {

// A key and its value in one block of memory. Immutable.
class stored_row {
 public:
  std::string_view key() const { return {bytes(), key_size_}; }
  std::string_view value() const { return {bytes() + key_size_, value_size_}; }

  struct deleter {
    void operator()(stored_row* row) const { ::operator delete(row); }
  };
  static std::unique_ptr<stored_row, deleter> make(std::string_view key, std::string_view value);

 private:
  stored_row(std::uint32_t key_size, std::uint32_t value_size)
      : key_size_(key_size), value_size_(value_size) {}
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }

  std::uint32_t key_size_;
  std::uint32_t value_size_;
};
using row_ptr = std::unique_ptr<stored_row, stored_row::deleter>;

}  // namespace lingerd
