#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lingerd::sim {

// What a message of a run is known by: the run's salt and the message's number, both in base 36, at
// the front of its text; and in its cid. The lengths are always the same, so that bytes compare.
class marker {
 public:
  static constexpr std::size_t salt_bytes = 5;
  static constexpr std::size_t bytes = 10;

  // A salt of chance: the same seed may be run twice against one server.
  explicit marker(std::uint64_t chance);

  std::string of(std::uint32_t message) const;
  std::string cid(std::uint32_t message) const { return "linger-sim" + of(message); }
  // The marker, filled up to `length` bytes.
  std::string text(std::uint32_t message, std::size_t length) const;
  // Which message of this run a text is.
  std::optional<std::uint32_t> read(std::string_view text) const;

 private:
  std::string salt_;
};

}  // namespace lingerd::sim
