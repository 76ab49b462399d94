// disk_tap: a library for LD_PRELOAD that records, cuts and fails what a program writes to the
// files of one folder. For tests of the real program; tests/disk/disk_record.hpp reads the record.
//
// LINGER_TAP_FOLDER: the folder, as an absolute path without links; nothing outside is touched.
// LINGER_TAP_RECORD: a file to which each operation is appended (tests/disk/disk_tap.hpp).
// LINGER_TAP_RULES: a file with the faults (tests/disk/tap/rules.hpp).

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include "tests/disk/tap/operations.hpp"

using namespace lingerd::disk_tap;  // NOLINT

namespace {

mode_t mode_of(int flags, va_list arguments) {
  if ((flags & O_CREAT) == 0 && (flags & O_TMPFILE) != O_TMPFILE) return 0;
  return static_cast<mode_t>(va_arg(arguments, int));
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
int msync(void* address, size_t size, int flags) { return tapped_msync(address, size, flags); }
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
