#include "store/memory/stored_row.hpp"

#include <new>

namespace lingerd {

std::unique_ptr<stored_row, stored_row::deleter> stored_row::make(std::string_view key,
                                                                  std::string_view value) {
  void* const memory = ::operator new(sizeof(stored_row) + key.size() + value.size());
  auto* const row = new (memory)
      stored_row(static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size()));
  char* const bytes = reinterpret_cast<char*>(row + 1);
  key.copy(bytes, key.size());
  value.copy(bytes + key.size(), value.size());
  return std::unique_ptr<stored_row, deleter>(row);
}

}  // namespace lingerd
