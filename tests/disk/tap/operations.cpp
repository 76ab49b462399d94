#include "tests/disk/tap/operations.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "tests/disk/disk_tap.hpp"
#include "tests/disk/tap/rules.hpp"

namespace lingerd::disk_tap {
namespace {

using disk_tests::record_header;
using disk_tests::record_kind;

std::recursive_mutex mutex;

bool is_watched(const char* path) {
  const char* folder = std::getenv("LINGER_TAP_FOLDER");
  if (!folder) return false;
  const std::size_t n = std::strlen(folder);
  return std::strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == 0);
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
  return flags >= 0 && (flags & O_DSYNC) != 0 ? disk_tests::record_synced : 0;
}

}  // namespace

bool path_of(int fd, char (&path)[PATH_MAX]) {
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = ::readlink(link, path, sizeof path - 1);
  if (n <= 0) return false;
  path[n] = 0;
  return is_watched(path);
}

// Raw calls: nothing of the C library is called twice.
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
  const int fault = fault_of(k_name, false);
  if (fault > 0) {
    errno = fault;
    return -1;
  }
  const int result = call();
  if (result == 0) record(record_kind::remove, path, nullptr, 0, nullptr, 0, 0, 0);
  return result;
}

int tapped_msync(void* address, std::size_t size, int flags) {
  const std::lock_guard<std::recursive_mutex> lock(mutex);
  const int fault = fault_of(k_sync, false);
  if (fault > 0) {
    errno = fault;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_msync, address, size, flags));
}

}  // namespace lingerd::disk_tap
