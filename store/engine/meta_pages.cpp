#include "store/engine/meta_pages.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

// As LMDB 0.9 lays them out (mdb.c: MDB_page, MDB_db, MDB_meta).
struct raw_table {
  std::uint32_t pad;  // of the first table: the size of a page
  std::uint16_t flags;
  std::uint16_t depth;
  std::size_t branch_pages, leaf_pages, overflow_pages, entries;
  std::size_t root;
};
struct raw_header {
  std::size_t number;
  std::uint16_t pad;
  std::uint16_t flags;
  std::uint16_t lower, upper;
};
struct raw_meta {
  raw_header header;
  std::uint32_t magic;
  std::uint32_t version;
  std::size_t address;
  std::size_t map_bytes;
  raw_table tables[2];  // of free pages; of tables
  std::size_t last_page;
  std::size_t transaction;
};

constexpr std::uint32_t magic = 0xBEEFC0DE;
constexpr std::uint32_t version = 1;
constexpr std::uint16_t leaf_flag = 0x02;
constexpr std::uint16_t meta_flag = 0x08;
constexpr std::uint16_t table_node = 0x02;  // a node that is a table
constexpr std::size_t no_page = ~std::size_t{0};
constexpr std::uint16_t depth_max = 32;
constexpr std::size_t page_bytes_min = 512, page_bytes_max = 65536;
// Pages that were never written may be missing at the end (lmdb_environment::check_length).
constexpr std::uint64_t missing_bytes_max = std::uint64_t{64} << 20;

[[noreturn]] void fail(const char* action) {
  throw store_error(store_failure::other, std::string("cannot ") + action + " the database file: " +
                                              std::generic_category().message(errno));
}

// Up to `size` bytes: fewer at the end of the file.
std::string read_bytes(int descriptor, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, 0);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n =
        ::pread(descriptor, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("read");
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  bytes.resize(done);
  return bytes;
}

bool is_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

template <class T>
std::optional<T> value_at(std::string_view bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

bool is_page_size(std::size_t bytes) {
  return bytes >= page_bytes_min && bytes <= page_bytes_max && (bytes & (bytes - 1)) == 0;
}

bool is_table(const raw_table& t, std::size_t last_page) {
  if (t.root == no_page) return t.depth == 0 && t.entries == 0;
  return t.root >= 2 && t.root <= last_page && t.depth > 0 && t.depth <= depth_max;
}

// What is wrong with the page `number`; empty: nothing.
std::string damage_of(std::string_view bytes, std::size_t number, std::size_t page_bytes,
                      std::uint64_t file_bytes) {
  const auto meta = value_at<raw_meta>(bytes, 0);
  if (!meta) return "is cut off";
  if (is_zero(bytes)) return "is all zeros";
  if (meta->magic != magic || meta->version != version || meta->header.number != number ||
      meta->header.flags != meta_flag || meta->tables[0].pad != page_bytes) {
    return "does not look like a meta page";
  }
  const std::size_t last = meta->last_page;
  if (last < 1 || last > no_page / page_bytes / 2 || !is_table(meta->tables[0], last) ||
      !is_table(meta->tables[1], last)) {
    return "contradicts itself";
  }
  if ((std::uint64_t{last} + 1) * page_bytes / 2 > file_bytes + missing_bytes_max) {
    return "counts more pages than the file has";
  }
  if (meta->transaction != 0 && (meta->transaction & 1) != number) {
    return "has the number of another page's transaction";
  }
  return {};
}

// The size of a page. Either page holds it; the second one has to be searched for.
std::size_t find_page_size(int descriptor, std::string_view first) {
  const auto looks_right = [](std::string_view bytes, std::size_t number, std::size_t size) {
    const auto meta = value_at<raw_meta>(bytes, 0);
    return meta && meta->magic == magic && meta->header.number == number &&
           meta->tables[0].pad == size && is_page_size(size);
  };
  if (const auto meta = value_at<raw_meta>(first, 0);
      meta && looks_right(first, 0, meta->tables[0].pad)) {
    return meta->tables[0].pad;
  }
  for (std::size_t size = page_bytes_min; size <= page_bytes_max; size *= 2) {
    if (looks_right(read_bytes(descriptor, size, sizeof(raw_meta)), 1, size)) return size;
  }
  return 0;
}

// A file of another kind of system: its magic number is elsewhere, or reversed.
std::optional<meta_pages::verdict> foreign_kind(std::string_view page) {
  using verdict = meta_pages::verdict;
  constexpr std::size_t ours = sizeof(raw_header);
  constexpr std::size_t other = ours == 16 ? 12 : 16;
  const auto is_magic = [&](std::size_t offset, bool reversed) {
    const auto n = value_at<std::uint32_t>(page, offset);
    return n && *n == (reversed ? __builtin_bswap32(magic) : magic);
  };
  if (is_magic(ours, true) || is_magic(other, true)) return verdict::other_byte_order;
  if (is_magic(other, false)) return verdict::other_word_size;
  const auto found = value_at<std::uint32_t>(page, ours + sizeof magic);
  if (is_magic(ours, false) && found && *found != version && *found < 1000) {
    return verdict::other_format;
  }
  return std::nullopt;
}

}  // namespace

meta_pages read_meta_pages(int descriptor, std::uint64_t file_bytes) {
  meta_pages found;
  const std::string first = read_bytes(descriptor, 0, sizeof(raw_meta));
  found.page_bytes = find_page_size(descriptor, first);
  if (found.page_bytes == 0) {
    found.outcome = foreign_kind(first).value_or(meta_pages::verdict::both_damaged);
    for (meta_pages::page& p : found.pages) p.damage = "does not look like a meta page";
    return found;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string bytes = read_bytes(descriptor, i * found.page_bytes, sizeof(raw_meta));
    found.pages[i].damage = damage_of(bytes, i, found.page_bytes, file_bytes);
    if (!found.pages[i].damage.empty()) continue;
    const auto meta = value_at<raw_meta>(bytes, 0);
    found.pages[i].transaction = meta->transaction;
    found.pages[i].last_page = meta->last_page;
  }
  auto& [even, odd] = found.pages;
  const bool both_sound = even.damage.empty() && odd.damage.empty();
  if (both_sound) {
    const auto [low, high] = std::minmax(even.transaction, odd.transaction);
    const bool are_neighbours = high - low <= 1;
    if (!are_neighbours) even.damage = odd.damage = "contradicts the other one";
    found.outcome = are_neighbours ? meta_pages::verdict::sound : meta_pages::verdict::both_damaged;
  } else if (even.damage.empty() || odd.damage.empty()) {
    found.outcome = meta_pages::verdict::one_damaged;
    found.damaged = even.damage.empty() ? 1 : 0;
  }
  return found;
}

void repair_meta_page(int descriptor, const meta_pages& found) {
  const std::size_t sound = 1 - found.damaged;
  std::string bytes = read_bytes(descriptor, sound * found.page_bytes, sizeof(raw_meta));
  auto meta = *value_at<raw_meta>(bytes, 0);
  meta.header.number = found.damaged;
  // One less: LMDB goes on from the sound page, and its next commit overwrites this one.
  if (meta.transaction > 0) --meta.transaction;
  std::string page(found.page_bytes, 0);
  std::memcpy(page.data(), &meta, sizeof meta);
  const auto offset = static_cast<off_t>(found.damaged * found.page_bytes);
  if (::pwrite(descriptor, page.data(), page.size(), offset) != static_cast<ssize_t>(page.size()) ||
      ::fsync(descriptor) != 0) {
    fail("repair");
  }
}

bool may_hold_rows(int descriptor, std::uint64_t file_bytes) {
  // A first start's pages are few; any page size will do, since 4 KiB pages are LMDB's smallest on
  // Linux and others are multiples of it.
  constexpr std::size_t page = 4096;
  constexpr std::uint64_t first_start_bytes = std::uint64_t{1} << 20;
  if (file_bytes > first_start_bytes) return true;
  for (std::uint64_t offset = 0; offset < file_bytes; offset += page) {
    const std::string bytes = read_bytes(descriptor, offset, page);
    if (is_zero(bytes)) continue;
    const auto header = value_at<raw_header>(bytes, 0);
    if (!header) return true;
    if (offset < 2 * page) {
      // The meta pages of an empty database, torn or whole, have nothing behind their fields.
      if (!is_zero(std::string_view(bytes).substr(std::min(bytes.size(), sizeof(raw_meta))))) {
        return true;
      }
      const auto meta = value_at<raw_meta>(bytes, 0);
      if (meta && (meta->transaction != 0 || meta->tables[1].entries != 0)) return true;
      continue;
    }
    if (is_zero(std::string_view(bytes).substr(0, sizeof(raw_header)))) {
      // The page's first sector is missing. Its nodes lie at the end: of a page of tables they name
      // tables alone, and no complete database is without the rows of the table `meta`.
      for (const std::string_view key : {"schema", "state", "indexed"}) {
        if (bytes.find(key) != std::string::npos) return true;
      }
      continue;
    }
    if (header->flags != leaf_flag || header->lower < sizeof(raw_header) ||
        header->lower > bytes.size()) {
      return true;
    }
    // A node: the size of its value (32 bits), flags, size of the key, key, value.
    for (std::size_t i = sizeof(raw_header); i + 2 <= header->lower; i += 2) {
      const std::size_t node = *value_at<std::uint16_t>(bytes, i);
      const auto flags = value_at<std::uint16_t>(bytes, node + 4);
      const auto key_bytes = value_at<std::uint16_t>(bytes, node + 6);
      if (!flags || !key_bytes) return true;
      if (is_zero(std::string_view(bytes).substr(node, 8))) continue;  // a missing sector
      const auto table = value_at<raw_table>(bytes, node + 8 + *key_bytes);
      if (*flags != table_node || !table || table->entries != 0) return true;
    }
  }
  return false;
}

}  // namespace lingerd
