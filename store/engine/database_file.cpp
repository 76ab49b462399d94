#include "store/engine/database_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <string>
#include <system_error>

#include "core/base/log.hpp"
#include "store/engine/data_folder.hpp"
#include "store/engine/meta_pages.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

namespace fs = std::filesystem;

// Left free by a copy that is set aside.
constexpr std::uint64_t room_kept_bytes = std::uint64_t{64} << 20;

class descriptor {
 public:
  descriptor(const fs::path& file, int flags)
      : number_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void fail(const std::string& message, int code) {
  throw store_error(
      code == ENOSPC || code == EDQUOT ? store_failure::disk_full : store_failure::other,
      message + ": " + std::generic_category().message(code));
}

void sync_file(const fs::path& file) {
  const descriptor opened(file, O_RDONLY);
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) {
    fail("cannot sync " + file.string(), errno);
  }
}

// A free name beside the file: linger.mdb.damaged-20260131-120000.
fs::path aside_name(const fs::path& file, const char* reason, wall_ms now) {
  const std::time_t seconds = now / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S", &utc);
  const std::string base = file.string() + "." + reason + "-" + text.data();
  fs::path name = base;
  for (int i = 2; fs::exists(name); ++i) name = base + "-" + std::to_string(i);
  return name;
}

struct aside_copy {
  fs::path name;
  bool is_whole = false;  // or of the two meta pages alone, for want of room
};

// Copies what may be overwritten from now on.
aside_copy set_copy_aside(const fs::path& file, std::uint64_t file_bytes, std::size_t page_bytes,
                          wall_ms now) {
  struct statvfs room {};
  aside_copy copy;
  copy.is_whole = ::statvfs(file.c_str(), &room) == 0 &&
                  std::uint64_t{room.f_bavail} * room.f_frsize > file_bytes + room_kept_bytes;
  copy.name = aside_name(file, copy.is_whole ? "damaged" : "damaged-meta-pages", now);
  try {
    const descriptor source(file, O_RDONLY);
    const descriptor target(copy.name, O_WRONLY | O_CREAT | O_EXCL);
    if (source.get() < 0 || target.get() < 0) fail("cannot open it", errno);
    std::string part(std::size_t{1} << 20, 0);
    std::uint64_t left = copy.is_whole ? file_bytes : 2 * page_bytes;
    for (std::uint64_t offset = 0; left > 0;) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, part.size()));
      const ssize_t n = ::pread(source.get(), part.data(), wanted, static_cast<off_t>(offset));
      if (n < 0) fail("cannot read the database", errno);
      if (n == 0) break;
      const auto bytes = static_cast<std::size_t>(n);
      if (::pwrite(target.get(), part.data(), bytes, static_cast<off_t>(offset)) != n) {
        fail("cannot write it", errno);
      }
      offset += bytes;
      left -= bytes;
    }
    if (::fsync(target.get()) != 0) fail("cannot sync it", errno);
    sync_folder(file.parent_path());
  } catch (const store_error& e) {
    std::error_code ignored;
    fs::remove(copy.name, ignored);
    throw store_error(e.kind(), "no copy of the damaged database can be set aside as " +
                                    copy.name.string() + ": " + e.what());
  }
  return copy;
}

void start_from_sound_page(const fs::path& file, const meta_pages& found, std::uint64_t file_bytes,
                           wall_ms now) {
  const descriptor opened(file, O_RDWR);
  if (opened.get() < 0) fail("cannot open the database " + file.string(), errno);
  const meta_pages::page& sound = found.pages[1 - found.damaged];
  // A database whose sound page is the one of its creation has its rows in the damaged one's tree.
  if (sound.transaction == 0 && may_hold_rows(opened.get(), file_bytes)) {
    throw store_damaged("the database " + file.string() + " is damaged: its meta page " +
                        std::to_string(found.damaged) + " " + found.pages[found.damaged].damage +
                        ", and the other one is older than its rows. The file is left as it is; "
                        "move it away and put the newest backup in its place");
  }
  const aside_copy copy = set_copy_aside(file, file_bytes, found.page_bytes, now);
  try {
    repair_meta_page(opened.get(), found);
  } catch (const store_error&) {
    // A service manager tries again: each time would leave a copy.
    std::error_code ignored;
    fs::remove(copy.name, ignored);
    throw;
  }
  log::error("the database " + file.string() + " is damaged: of its two meta pages, number " +
             std::to_string(found.damaged) + " " + found.pages[found.damaged].damage +
             ". Linger starts from the other one. " +
             (copy.is_whole ? "A copy of the file as it was is "
                            : "There is no room for a copy of the file; its meta pages as they "
                              "were are in ") +
             copy.name.string());
  log::error(
      "where the damaged meta page was the newer one, the last batch of changes before the damage "
      "is "
      "missing, although it was acknowledged; nothing older is");
}

}  // namespace

bool examine_database(const fs::path& file, wall_ms now) {
  using verdict = meta_pages::verdict;
  const std::string name = "the database " + file.string();
  const descriptor opened(file, O_RDONLY);
  if (opened.get() < 0) {
    if (errno == ENOENT) return false;
    fail("cannot open " + name, errno);
  }
  struct stat status {};
  if (::fstat(opened.get(), &status) != 0) fail("cannot look at " + name, errno);
  const auto file_bytes = static_cast<std::uint64_t>(status.st_size);
  if (file_bytes == 0) return false;
  const meta_pages found = read_meta_pages(opened.get(), file_bytes);
  switch (found.outcome) {
    case verdict::sound: return true;
    case verdict::one_damaged: start_from_sound_page(file, found, file_bytes, now); return true;
    case verdict::other_word_size:
      throw store_error(store_failure::other,
                        name + " was made on a " + (sizeof(void*) == 8 ? "32" : "64") +
                            "-bit system, and this is a " + (sizeof(void*) == 8 ? "64" : "32") +
                            "-bit one, which cannot read it. Write it out there with `linger dump` "
                            "and read it in here with `linger load`");
    case verdict::other_byte_order:
      throw store_error(store_failure::other,
                        name +
                            " was made on a system with another byte order, which this one "
                            "cannot read. Write it out there with `linger dump` and read it in "
                            "here with `linger load`");
    case verdict::other_format:
      throw store_error(store_failure::other,
                        name +
                            " was made by another version of LMDB, which this program cannot "
                            "read. Use the version of Linger that made it");
    case verdict::both_damaged: break;
  }
  if (may_hold_rows(opened.get(), file_bytes)) {
    throw store_damaged(name +
                        " is damaged: neither of its two meta pages can be used, and without them "
                        "nothing is found in it. The file is left as it is; move it away and put "
                        "the newest backup in its place");
  }
  const fs::path aside = aside_name(file, "unfinished", now);
  std::error_code code;
  fs::rename(file, aside, code);
  if (code) fail("cannot rename " + file.string(), code.value());
  log::warning(name + " is of a first start that was cut off, and holds nothing; it is now " +
               aside.string() + ", and a new one is made");
  return false;
}

void create_database(const fs::path& file, const std::function<void(const fs::path&)>& fill) {
  const fs::path unfinished = file.string() + ".new";
  const fs::path unfinished_lock = unfinished.string() + "-lock";
  std::error_code code;
  for (const fs::path& leftover : {unfinished, unfinished_lock}) {
    fs::remove(leftover, code);
    if (code) fail("cannot remove " + leftover.string(), code.value());
  }
  fill(unfinished);
  sync_file(unfinished);
  fs::rename(unfinished, file, code);
  if (code) fail("cannot rename " + unfinished.string(), code.value());
  fs::remove(unfinished_lock, code);
  sync_folder(file.parent_path());
}

}  // namespace lingerd
