#include "sim/world/disk/file_tap.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstring>

#include "core/base/check.hpp"
#include "sim/client/seeded_entropy.hpp"

extern "C" {
int __real_open(const char* path, int flags, ...);
int __real_close(int fd);
ssize_t __real_pwrite(int fd, const void* bytes, size_t size, off_t offset);
ssize_t __real_write(int fd, const void* bytes, size_t size);
ssize_t __real_writev(int fd, const struct iovec* parts, int count);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
}

namespace lingerd::sim {
namespace {

constexpr std::size_t sector = 512;
constexpr int descriptors = 1 << 16;

struct watched_descriptor {
  file_tap* tap = nullptr;
  bool is_synced = false;  // O_DSYNC
};

// By descriptor. A world runs in one thread, and other threads never open a watched file.
std::array<watched_descriptor, descriptors> watched_descriptors;
std::size_t descriptors_used = 0;  // higher ones were never watched
std::vector<file_tap*> taps;

watched_descriptor* find_watched(int fd) {
  if (taps.empty() || fd < 0 || fd >= descriptors) return nullptr;
  watched_descriptor& w = watched_descriptors[static_cast<std::size_t>(fd)];
  return w.tap ? &w : nullptr;
}

std::uint64_t size_of(int fd) {
  struct stat status {};
  CHECK(::fstat(fd, &status) == 0);
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

file_tap::file_tap(const std::filesystem::path& file, disk_counts& counts)
    : file_(file.string()), counts_(counts) {
  taps.push_back(this);
}

file_tap::~file_tap() {
  close_reader();
  std::erase(taps, this);
  for (std::size_t i = 0; i < descriptors_used; ++i) {
    if (watched_descriptors[i].tap == this) watched_descriptors[i] = {};
  }
}

void file_tap::close_reader() {
  if (reader_ >= 0) __real_close(reader_);
  reader_ = -1;
}

// --- writes and syncs ----------------------------------------------------------------------------

// A full disk still accepts writes within the file's size.
bool file_tap::may_write(std::uint64_t offset, std::size_t bytes, int descriptor) {
  if (!is_full_ || offset + bytes <= size_of(descriptor)) return true;
  ++counts_.full;
  return false;
}

void file_tap::will_write(std::uint64_t offset, const void* bytes, std::size_t size, int descriptor,
                          bool is_synced) {
  operation o;
  o.offset = offset;
  o.is_durable = o.is_self_synced = is_synced && !drops_syncs_;
  o.size_before = size_of(descriptor);
  o.bytes = std::make_unique_for_overwrite<char[]>(2 * size);
  std::memcpy(o.bytes.get(), bytes, size);
  o.new_size = size;
  if (offset < o.size_before) {
    if (reader_ < 0) reader_ = __real_open(file_.c_str(), O_RDONLY | O_CLOEXEC);
    CHECK(reader_ >= 0);
    const ssize_t n = ::pread(reader_, o.bytes.get() + size, size, static_cast<off_t>(offset));
    o.old_size = n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  log_.push_back(std::move(o));
}

bool file_tap::will_sync() {
  ++counts_.syncs;
  if (fails_next_sync_) {
    fails_next_sync_ = false;
    ++counts_.failed_syncs;
    for (operation& o : log_) o.is_doomed |= !o.is_durable;
    return false;
  }
  if (drops_syncs_) return true;
  for (operation& o : log_) o.is_durable |= !o.is_doomed;
  operation sync;
  sync.is_sync = sync.is_durable = true;
  log_.push_back(std::move(sync));
  return true;
}

void file_tap::acknowledge() {
  const bool all_durable =
      std::all_of(log_.begin(), log_.end(), [](const operation& o) { return o.is_durable; });
  if (all_durable) {
    log_.clear();
  } else {
    for (operation& o : log_) o.has_happened = true;
  }
}

// --- after a crash -------------------------------------------------------------------------------

void file_tap::undo(int file, const operation& o) const {
  if (o.is_sync) return;
  if (o.old_size > 0) {
    CHECK(__real_pwrite(file, o.old_bytes(), o.old_size, static_cast<off_t>(o.offset)) ==
          static_cast<ssize_t>(o.old_size));
  }
  CHECK(::ftruncate(file, static_cast<off_t>(o.size_before)) == 0);
}

// With `sector_entropy` it is drawn for each sector whether it survives; without, all do.
void file_tap::redo(int file, const operation& o, seeded_entropy* sector_entropy) {
  for (std::size_t offset = 0; offset < o.new_size;) {
    const std::size_t end =
        sector_entropy
            ? std::min(o.new_size, static_cast<std::size_t>((o.offset + offset) / sector * sector +
                                                            sector - o.offset))
            : o.new_size;
    bool survives = true;
    if (sector_entropy) {
      survives = sector_entropy->below(2) == 0;
      ++(survives ? counts_.sectors_kept : counts_.sectors_lost);
    }
    if (survives) {
      CHECK(__real_pwrite(file, o.new_bytes() + offset, end - offset,
                          static_cast<off_t>(o.offset + offset)) ==
            static_cast<ssize_t>(end - offset));
    }
    offset = end;
  }
}

void file_tap::crash(sim::crash kind, bool under_way, seeded_entropy& entropy) {
  // Draws how far an unreported commit had come. Reported ones have happened.
  const auto unreported = static_cast<std::size_t>(
      std::find_if(log_.begin(), log_.end(), [](const operation& o) { return !o.has_happened; }) -
      log_.begin());
  std::size_t cut = log_.size();
  if (under_way && unreported < cut) {
    cut = unreported + entropy.below(cut - unreported + 1);
    if (cut < log_.size()) ++counts_.torn;
  }
  // A write is durable only if its sync comes before the cut.
  std::vector<bool> durable(cut, false);
  bool was_synced_later = false;
  for (std::size_t i = cut; i-- > 0;) {
    const operation& o = log_[i];
    if (o.is_sync) was_synced_later = true;
    durable[i] = o.is_durable && (was_synced_later || o.is_self_synced);
  }
  const int file = __real_open(file_.c_str(), O_RDWR | O_CLOEXEC);
  CHECK(file >= 0);
  for (std::size_t i = log_.size(); i-- > 0;) undo(file, log_[i]);
  const bool is_power_cut = kind == sim::crash::power_cut;
  for (std::size_t i = 0; i < cut; ++i) {
    if (!log_[i].is_sync) redo(file, log_[i], is_power_cut && !durable[i] ? &entropy : nullptr);
  }
  __real_close(file);
  if (is_power_cut) {
    log_.clear();
    return;
  }
  // The kernel has it; it is durable only after a later sync.
  log_.resize(cut);
  for (std::size_t i = 0; i < cut; ++i) {
    log_[i].has_happened = true;
    log_[i].is_durable = durable[i] || log_[i].is_sync;
  }
}

// --- the system calls ----------------------------------------------------------------------------

extern "C" {

int __wrap_open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
    va_list rest;
    va_start(rest, flags);
    mode = static_cast<mode_t>(va_arg(rest, int));
    va_end(rest);
  }
  const int fd = __real_open(path, flags, mode);
  if (fd < 0 || fd >= descriptors) return fd;
  for (file_tap* t : taps) {
    if (t->file() == path) {
      const auto index = static_cast<std::size_t>(fd);
      watched_descriptors[index] = {t, (flags & O_DSYNC) != 0};
      descriptors_used = std::max(descriptors_used, index + 1);
      t->opened();
    }
  }
  return fd;
}

int __wrap_close(int fd) {
  if (watched_descriptor* w = find_watched(fd)) *w = {};
  return __real_close(fd);
}

ssize_t __wrap_pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  if (watched_descriptor* w = find_watched(fd)) {
    const auto position = static_cast<std::uint64_t>(offset);
    if (!w->tap->may_write(position, size, fd)) {
      errno = ENOSPC;
      return -1;
    }
    w->tap->will_write(position, bytes, size, fd, w->is_synced);
  }
  return __real_pwrite(fd, bytes, size, offset);
}

ssize_t __wrap_writev(int fd, const struct iovec* parts, int count) {
  if (!find_watched(fd)) return __real_writev(fd, parts, count);
  const off_t start = ::lseek(fd, 0, SEEK_CUR);
  ssize_t all = 0;
  ssize_t n = 0;
  for (int i = 0; i < count && n >= 0; ++i) {
    n = __wrap_pwrite(fd, parts[i].iov_base, parts[i].iov_len, start + all);
    if (n > 0) all += n;
  }
  if (all > 0) ::lseek(fd, start + all, SEEK_SET);
  return all > 0 ? all : n;
}

ssize_t __wrap_write(int fd, const void* bytes, size_t size) {
  if (!find_watched(fd)) return __real_write(fd, bytes, size);
  const struct iovec all { const_cast<void*>(bytes), size };
  return __wrap_writev(fd, &all, 1);
}

int __wrap_fdatasync(int fd) {
  watched_descriptor* const w = find_watched(fd);
  if (!w) return __real_fdatasync(fd);
  if (w->tap->will_sync()) return 0;  // tmpfs has nothing to sync
  errno = EIO;
  return -1;
}

int __wrap_fsync(int fd) { return find_watched(fd) ? __wrap_fdatasync(fd) : __real_fsync(fd); }

}  // extern "C"

}  // namespace lingerd::sim
