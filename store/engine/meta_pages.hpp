#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace lingerd {

// The two meta pages at the beginning of an LMDB file, read without LMDB, which maps the file and
// believes them. A commit writes the page whose number its transaction's number ends in (odd or
// even); LMDB starts from the page with the higher transaction. The other page holds the state one
// transaction before, and all pages of that state are kept until the next commit.
struct meta_pages {
  enum class verdict : std::uint8_t {
    sound,
    one_damaged,      // `damaged` says which; the other one is sound
    both_damaged,     // or they contradict each other
    other_word_size,  // of a 32-bit system on a 64-bit one, or the reverse
    other_byte_order,
    other_format,  // of another version of LMDB
  };
  struct page {
    std::uint64_t transaction = 0;
    std::uint64_t last_page = 0;  // the number of the last page in use
    std::string damage;           // empty: sound
  };

  verdict outcome = verdict::both_damaged;
  std::size_t page_bytes = 0;  // none if both are damaged
  std::array<page, 2> pages;
  std::size_t damaged = 0;
};

// `descriptor`: a file of `file_bytes` bytes. Throws store_error if it cannot be read.
meta_pages read_meta_pages(int descriptor, std::uint64_t file_bytes);

// Writes the damaged page anew, as the predecessor of the sound one, and syncs it. A crash leaves
// the sound one as it is. REQUIRES: one_damaged. Throws store_error.
void repair_meta_page(int descriptor, const meta_pages& found);

// Whether a file without a sound meta page holds anything but the beginnings of a first start that
// was cut off: empty tables. True in doubt. Reads at most the first pages, where any complete
// database has rows. Throws store_error.
bool may_hold_rows(int descriptor, std::uint64_t file_bytes);

}  // namespace lingerd
