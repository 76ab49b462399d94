// disk_tap: a library for LD_PRELOAD that records, cuts and fails what a program writes to the
// files of one folder. For tests of the real program; tests/disk/disk_record.hpp reads the record.
//
//   LINGER_TAP_FOLDER   the folder, as an absolute path without links; nothing outside is touched
//   LINGER_TAP_RECORD   a file to which each operation is appended, as a record_header with its
//   bytes LINGER_TAP_RULES    a file with the faults, one a line; it is read again at each
//   operation, so
//                       that a test can change the faults of a running program
//
// A rule is KIND ERROR FIRST COUNT, for example "write EIO 1 *" or "sync ENOSPC 3 1": operations
// FIRST to FIRST+COUNT-1 of this kind fail, counted from the moment at which the rules became what
// they are. KIND is write, sync, name (create, rename, remove), room (what needs new blocks:
// growing writes, allocation) or any. ERROR is the name of an errno; "short" writes half;
// "cut" kills the process before the operation. `*` is no end.

#include "tests/disk/disk_tap.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

using lingerd::disk_tests::record_header;
using lingerd::disk_tests::record_kind;

namespace {

constexpr int rules_max = 16;
constexpr std::size_t kinds = 5;  // write, sync, name, room, any
enum kind { k_write, k_sync, k_name, k_room, k_any };

struct rule {
  int kind = k_any;
  int error = 0;  // 0: short; -1: cut
  unsigned long first = 1;
  unsigned long count = 0;  // 0: no end
};

std::recursive_mutex mutex;
rule rules[rules_max];
int rule_count = 0;
char rules_text[1024];
unsigned long counted[kinds];

template <class F>
F* next(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

bool is_watched(const char* path) {
  const char* folder = std::getenv("LINGER_TAP_FOLDER");
  if (!folder) return false;
  const std::size_t n = std::strlen(folder);
  return std::strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == 0);
}

// The path of a descriptor; false if it is not watched.
bool path_of(int fd, char (&path)[PATH_MAX]) {
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = ::readlink(link, path, sizeof path - 1);
  if (n <= 0) return false;
  path[n] = 0;
  return is_watched(path);
}

bool absolute(int folder, const char* name, char (&path)[PATH_MAX]) {
  if (name[0] == '/') {
    std::snprintf(path, sizeof path, "%s", name);
    return is_watched(path);
  }
  char base[PATH_MAX];
  if (folder == AT_FDCWD) {
    if (!::getcwd(base, sizeof base)) return false;
  } else if (char opened[PATH_MAX]; path_of(folder, opened)) {
    std::memcpy(base, opened, sizeof base);
  } else {
    return false;
  }
  char joined[2 * PATH_MAX];
  std::snprintf(joined, sizeof joined, "%s/%s", base, name);
  if (std::strlen(joined) >= sizeof path) return false;
  std::memcpy(path, joined, std::strlen(joined) + 1);
  return is_watched(path);
}

int errno_of(const char* name) {
  static constexpr struct {
    const char* name;
    int code;
  } names[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EFBIG", EFBIG},
               {"EROFS", EROFS},   {"EINTR", EINTR},   {"ENOMEM", ENOMEM}, {"EACCES", EACCES},
               {"EMFILE", EMFILE}, {"EINVAL", EINVAL}, {"short", 0},       {"cut", -1}};
  for (const auto& n : names) {
    if (std::strcmp(n.name, name) == 0) return n.code;
  }
  return EIO;
}

void read_rules() {
  const char* file = std::getenv("LINGER_TAP_RULES");
  char text[sizeof rules_text] = {};
  if (file) {
    const long fd = ::syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC, 0);
    if (fd >= 0) {
      const long n = ::syscall(SYS_read, fd, text, sizeof text - 1);
      text[n > 0 ? n : 0] = 0;
      ::syscall(SYS_close, fd);
    }
  }
  if (std::strcmp(text, rules_text) == 0) return;
  std::memcpy(rules_text, text, sizeof text);
  std::memset(counted, 0, sizeof counted);
  rule_count = 0;
  char* rest = nullptr;
  for (char* line = ::strtok_r(text, "\n", &rest); line && rule_count < rules_max;
       line = ::strtok_r(nullptr, "\n", &rest)) {
    char kind_name[16];
    char error_name[16];
    char count[16] = "1";
    rule r;
    if (std::sscanf(line, "%15s %15s %lu %15s", kind_name, error_name, &r.first, count) < 3)
      continue;
    static constexpr const char* kind_names[kinds] = {"write", "sync", "name", "room", "any"};
    for (int k = 0; k < static_cast<int>(kinds); ++k) {
      if (std::strcmp(kind_names[k], kind_name) == 0) r.kind = k;
    }
    r.error = errno_of(error_name);
    r.count = count[0] == '*' ? 0 : std::strtoul(count, nullptr, 10);
    rules[rule_count++] = r;
  }
}

constexpr int go_on = INT_MIN;

// The error with which this operation fails; 0: it is cut short; go_on: it does not fail.
int fault_of(int kind, bool needs_room) {
  read_rules();
  ++counted[kind];
  ++counted[k_any];
  if (needs_room) ++counted[k_room];
  for (int i = 0; i < rule_count; ++i) {
    const rule& r = rules[i];
    if (r.kind != kind && r.kind != k_any && !(r.kind == k_room && needs_room)) continue;
    const unsigned long n = counted[r.kind];
    if (n < r.first || (r.count != 0 && n >= r.first + r.count)) continue;
    if (r.error == -1) {
      ::kill(::getpid(), SIGKILL);
      for (;;) ::pause();
    }
    return r.error;
  }
  return go_on;
}

void record(record_kind kind, const char* path, const char* other, off_t offset, const void* data,
            std::size_t size, unsigned flags, int error) {
  const char* file = std::getenv("LINGER_TAP_RECORD");
  if (!file) return;
  const int saved = errno;
  const long fd =
      ::syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) {
    record_header h;
    h.kind = kind;
    h.path_bytes = static_cast<std::uint32_t>(std::strlen(path));
    h.other_bytes = static_cast<std::uint32_t>(other ? std::strlen(other) : 0);
    h.flags = flags;
    h.offset = offset;
    h.data_bytes = data ? size : 0;
    h.size = size;
    h.error = error;
    const iovec parts[] = {{&h, sizeof h},
                           {const_cast<char*>(path), h.path_bytes},
                           {const_cast<char*>(other ? other : ""), h.other_bytes},
                           {const_cast<void*>(data), h.data_bytes}};
    ::syscall(SYS_writev, fd, parts, 4);
    ::syscall(SYS_close, fd);
  }
  errno = saved;
}

bool grows(int fd, off_t offset, std::size_t size) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && offset + static_cast<off_t>(size) > status.st_size;
}

unsigned flags_of(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_DSYNC) != 0 ? lingerd::disk_tests::record_synced : 0;
}

// One write of one buffer. Raw calls: nothing of the C library is called twice.
ssize_t tapped_pwrite(int fd, const void* bytes, std::size_t size, off_t offset) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return ::syscall(SYS_pwrite64, fd, bytes, size, offset);
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const int fault = fault_of(k_write, grows(fd, offset, size));
  if (fault > 0) {
    record(record_kind::write, path, nullptr, offset, nullptr, size, 0, fault);
    errno = fault;
    return -1;
  }
  if (fault == 0) size /= 2;
  const ssize_t n = ::syscall(SYS_pwrite64, fd, bytes, size, offset);
  if (n >= 0) {
    record(record_kind::write, path, nullptr, offset, bytes, static_cast<std::size_t>(n),
           flags_of(fd), 0);
  }
  return n;
}

ssize_t tapped_writes(int fd, const iovec* parts, int count, off_t offset) {
  ssize_t all = 0;
  for (int i = 0; i < count; ++i) {
    const ssize_t n = tapped_pwrite(fd, parts[i].iov_base, parts[i].iov_len, offset + all);
    if (n < 0) return all > 0 ? all : n;
    all += n;
    if (static_cast<std::size_t>(n) < parts[i].iov_len) break;
  }
  return all;
}

int tapped_sync(int fd, bool data_only) {
  const long number = data_only ? SYS_fdatasync : SYS_fsync;
  char path[PATH_MAX];
  if (!path_of(fd, path)) return static_cast<int>(::syscall(number, fd));
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const int fault = fault_of(k_sync, false);
  if (fault > 0) {
    record(record_kind::sync, path, nullptr, 0, nullptr, 0, 0, fault);
    errno = fault;
    return -1;
  }
  const int result = static_cast<int>(::syscall(number, fd));
  if (result == 0) record(record_kind::sync, path, nullptr, 0, nullptr, 0, 0, 0);
  return result;
}

int tapped_truncate(int fd, off_t size) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return static_cast<int>(::syscall(SYS_ftruncate, fd, size));
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const int fault = fault_of(k_write, grows(fd, size, 0));
  if (fault > 0) {
    errno = fault;
    return -1;
  }
  const int result = static_cast<int>(::syscall(SYS_ftruncate, fd, size));
  if (result == 0) record(record_kind::truncate, path, nullptr, size, nullptr, 0, 0, 0);
  return result;
}

// Returns the error, as posix_fallocate does.
int tapped_allocate(int fd, off_t offset, off_t size, int mode) {
  char path[PATH_MAX];
  const auto call = [&] {
    return ::syscall(SYS_fallocate, fd, mode, offset, size) == 0 ? 0 : errno;
  };
  if (!path_of(fd, path)) return call();
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const int fault = fault_of(k_write, true);
  if (fault > 0) return fault;
  const bool is_longer = grows(fd, offset, static_cast<std::size_t>(size));
  const int error = call();
  if (error == 0 && is_longer) {
    record(record_kind::truncate, path, nullptr, offset + size, nullptr, 0, 0, 0);
  }
  return error;
}

int tapped_open(int folder, const char* name, int flags, mode_t mode) {
  char path[PATH_MAX];
  const auto call = [&] {
    return static_cast<int>(::syscall(SYS_openat, folder, name, flags, mode));
  };
  if ((flags & (O_CREAT | O_TRUNC)) == 0 || !absolute(folder, name, path)) return call();
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  struct stat status {};
  const bool exists = ::stat(path, &status) == 0;
  if (!exists) {
    const int fault = fault_of(k_name, true);
    if (fault > 0) {
      errno = fault;
      return -1;
    }
  }
  const int fd = call();
  if (fd >= 0 && !exists) record(record_kind::create, path, nullptr, 0, nullptr, 0, 0, 0);
  if (fd >= 0 && exists && (flags & O_TRUNC) != 0) {
    record(record_kind::truncate, path, nullptr, 0, nullptr, 0, 0, 0);
  }
  return fd;
}

mode_t mode_of(int flags, va_list arguments) {
  if ((flags & O_CREAT) == 0 && (flags & O_TMPFILE) != O_TMPFILE) return 0;
  return static_cast<mode_t>(va_arg(arguments, int));
}

int tapped_rename(const char* old_name, const char* new_name) {
  char path[PATH_MAX];
  char other[PATH_MAX];
  const auto call = [&] {
    return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, old_name, AT_FDCWD, new_name, 0));
  };
  if (!absolute(AT_FDCWD, old_name, path) || !absolute(AT_FDCWD, new_name, other)) return call();
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const int fault = fault_of(k_name, false);
  if (fault > 0) {
    errno = fault;
    return -1;
  }
  const int result = call();
  if (result == 0) record(record_kind::rename, path, other, 0, nullptr, 0, 0, 0);
  return result;
}

int tapped_remove(int folder, const char* name, int flags) {
  char path[PATH_MAX];
  const auto call = [&] { return static_cast<int>(::syscall(SYS_unlinkat, folder, name, flags)); };
  if (flags != 0 || !absolute(folder, name, path)) return call();
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const int result = call();
  if (result == 0) record(record_kind::remove, path, nullptr, 0, nullptr, 0, 0, 0);
  return result;
}

}  // namespace

// The C library's functions, each also under its name for 64-bit offsets.
extern "C" {

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return tapped_pwrite(fd, bytes, size, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  return tapped_pwrite(fd, bytes, size, offset);
}
ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  return tapped_writes(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const iovec* parts, int count, off64_t offset) {
  return tapped_writes(fd, parts, count, offset);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return ::syscall(SYS_writev, fd, parts, count);
  const off_t start =
      (::fcntl(fd, F_GETFL) & O_APPEND) != 0 ? ::lseek(fd, 0, SEEK_END) : ::lseek(fd, 0, SEEK_CUR);
  const ssize_t n = tapped_writes(fd, parts, count, start);
  if (n > 0) ::lseek(fd, start + n, SEEK_SET);
  return n;
}
ssize_t write(int fd, const void* bytes, size_t size) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return ::syscall(SYS_write, fd, bytes, size);
  const iovec all{const_cast<void*>(bytes), size};
  return writev(fd, &all, 1);
}
int fsync(int fd) { return tapped_sync(fd, false); }
int fdatasync(int fd) { return tapped_sync(fd, true); }
int msync(void* address, size_t size, int flags) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const int fault = fault_of(k_sync, false);
  if (fault > 0) {
    errno = fault;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_msync, address, size, flags));
}
int ftruncate(int fd, off_t size) noexcept { return tapped_truncate(fd, size); }
int ftruncate64(int fd, off64_t size) noexcept { return tapped_truncate(fd, size); }
int posix_fallocate(int fd, off_t offset, off_t size) {
  return tapped_allocate(fd, offset, size, 0);
}
int posix_fallocate64(int fd, off64_t offset, off64_t size) {
  return tapped_allocate(fd, offset, size, 0);
}
int fallocate(int fd, int mode, off_t offset, off_t size) {
  errno = tapped_allocate(fd, offset, size, mode);
  return errno == 0 ? 0 : -1;
}
int open(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return tapped_open(AT_FDCWD, name, flags, mode);
}
int open64(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return tapped_open(AT_FDCWD, name, flags, mode);
}
int openat(int folder, const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return tapped_open(folder, name, flags, mode);
}
int rename(const char* old_name, const char* new_name) noexcept {
  return tapped_rename(old_name, new_name);
}
int unlink(const char* name) noexcept { return tapped_remove(AT_FDCWD, name, 0); }
int remove(const char* name) noexcept {
  struct stat status {};
  const bool is_folder = ::lstat(name, &status) == 0 && S_ISDIR(status.st_mode);
  return tapped_remove(AT_FDCWD, name, is_folder ? AT_REMOVEDIR : 0);
}
int unlinkat(int folder, const char* name, int flags) noexcept {
  return tapped_remove(folder, name, flags);
}

}  // extern "C"
