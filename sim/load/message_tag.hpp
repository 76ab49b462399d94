#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lingerd::sim {

// Identifies a message of a run: the run's salt and the message's number, both in base 36, at the
// start of its text and in its cid. Lengths are fixed, so that byte counts of runs can be compared.
class message_tag {
 public:
  static constexpr std::size_t salt_bytes = 5;
  static constexpr std::size_t bytes = 10;

  // Takes the salt from `entropy`: the same seed may run twice against one server.
  explicit message_tag(std::uint64_t entropy);

  // The salt and the number of the message: `bytes` bytes.
  std::string tag_of(std::uint32_t message) const;
  std::string cid(std::uint32_t message) const { return "linger-sim" + tag_of(message); }
  // The tag, padded to `length` bytes.
  std::string text(std::uint32_t message, std::size_t length) const;
  // The number of the message if the text belongs to this run.
  std::optional<std::uint32_t> read(std::string_view text) const;

 private:
  std::string salt_;
};

}  // namespace lingerd::sim
