#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <climits>
#include <cstddef>

// The operations on files as the tap performs them: those of the watched folder are counted, may
// fail by a rule, and are recorded; all others go straight to the kernel. Each returns what the
// function of the C library returns, and sets errno.
namespace lingerd::disk_tap {

// The path of a descriptor; false if it is not watched.
bool path_of(int fd, char (&path)[PATH_MAX]);

ssize_t tapped_pwrite(int fd, const void* bytes, std::size_t size, off_t offset);
ssize_t tapped_writes(int fd, const iovec* parts, int count, off_t offset);
int tapped_sync(int fd, bool data_only);
int tapped_msync(void* address, std::size_t size, int flags);
int tapped_truncate(int fd, off_t size);
// Returns the error, as posix_fallocate does.
int tapped_allocate(int fd, off_t offset, off_t size, int mode);
int tapped_open(int folder, const char* name, int flags, mode_t mode);
int tapped_rename(const char* old_name, const char* new_name);
int tapped_remove(int folder, const char* name, int flags);

}  // namespace lingerd::disk_tap
