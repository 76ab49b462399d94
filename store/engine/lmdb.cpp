#include "store/engine/lmdb.hpp"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <limits>
#include <string>

#include "core/base/log.hpp"
#include "core/base/planted_faults.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

constexpr bool is_32_bit = sizeof(void*) == 4;
constexpr std::size_t mebi = std::size_t{1} << 20;
constexpr std::size_t map_bytes_default = (is_32_bit ? 512 : 4096) * mebi;
constexpr std::size_t map_bytes_bound =
    is_32_bit ? 1024 * mebi : std::numeric_limits<std::size_t>::max();

// LMDB meets a damaged structure for which it has no error code, and could not go on if this
// returned. On whichever thread; nothing is cleaned up, as after a kill.
void on_assert(MDB_env*, const char* message) {
  log::error(std::string("the database file is damaged, Linger cannot go on: ") + message);
  std::_Exit(1);
}

// LMDB's lock file with its 126 readers takes 8,192 bytes, somewhat more where a mutex is large.
constexpr off_t lock_file_bytes = 16384;

bool is_no_room(int rc) { return rc == ENOSPC || rc == EDQUOT || rc == EFBIG; }

// LMDB maps its lock file and writes through the map: without room for it the process would be
// ended by SIGBUS. Throws store_error.
void reserve_lock_file(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int code = descriptor < 0 ? errno : 0;
  if (descriptor >= 0) {
    code = ::posix_fallocate(descriptor, 0, lock_file_bytes);
    ::close(descriptor);
  }
  if (code == 0) return;
  if (is_no_room(code)) {
    throw store_error(store_failure::disk_full,
                      "the disk has no room for the database's lock file " + file + " (" +
                          std::to_string(lock_file_bytes / 1024) +
                          " KiB): free some and try again");
  }
  throw store_error(store_failure::other,
                    "cannot make the database's lock file " + file + ": " + mdb_strerror(code));
}

}  // namespace

lmdb_environment::lmdb_environment(const std::filesystem::path& file, sizes map)
    : map_bytes_max_(map.map_bytes_max != 0 ? map.map_bytes_max : map_bytes_bound) {
  try {
    open(file, map.map_bytes != 0 ? map.map_bytes : map_bytes_default);
    check_length();
    open_tables();
  } catch (...) {
    mdb_env_close(env_);
    throw;
  }
}

lmdb_environment::~lmdb_environment() { mdb_env_close(env_); }

void lmdb_environment::open(const std::filesystem::path& file, std::size_t map_bytes) {
  const std::string action = "cannot open the database " + file.string();
  if (const int rc = mdb_env_create(&env_)) fail(rc, action);
  mdb_env_set_assert(env_, on_assert);
  if (const int rc = mdb_env_set_maxdbs(env_, table_count)) fail(rc, action);
  if (const int rc = mdb_env_set_mapsize(env_, map_bytes)) fail(rc, action);
  reserve_lock_file(file.string() + "-lock");
  const unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | MDB_NORDAHEAD |
                         (planted::is(planted::fault::ack_before_sync) ? MDB_NOSYNC : 0);
  if (const int rc = mdb_env_open(env_, file.c_str(), flags, 0600)) fail(rc, action);
  // The entry of a reader that was killed would keep old pages from being reused.
  int stale = 0;
  mdb_reader_check(env_, &stale);
}

// Reading beyond the end of a mapped file kills the process. A file may lack pages that were never
// written (used and freed within one transaction), or it was truncated. Extended with zeros, the
// first is complete, and the second is found to be damaged.
void lmdb_environment::check_length() {
  mdb_filehandle_t file{};
  struct stat status {};
  if (mdb_env_get_fd(env_, &file) != 0 || fstat(file, &status) != 0) {
    fail(errno, "cannot look at the database file");
  }
  const std::size_t needed = used_bytes();
  const auto file_bytes = static_cast<std::size_t>(status.st_size);
  if (file_bytes >= needed) return;
  if (needed / 2 > file_bytes + 64 * mebi) fail(MDB_CORRUPTED, "the database file is cut off");
  if (ftruncate(file, static_cast<off_t>(needed)) != 0) {
    fail(errno, "cannot lengthen the database file");
  }
}

void lmdb_environment::open_tables() {
  constexpr const char* action = "cannot open the tables of the database";
  // A write transaction only where tables are missing: opening an existing database writes nothing.
  for (const unsigned create : {0U, static_cast<unsigned>(MDB_CREATE)}) {
    MDB_txn* txn = nullptr;
    if (const int rc = mdb_txn_begin(env_, nullptr, create ? 0 : MDB_RDONLY, &txn)) {
      fail(rc, action);
    }
    int rc = 0;
    for (std::size_t i = 0; i < table_count && rc == 0; ++i) {
      const std::string name(name_of(static_cast<table>(i)));
      rc = mdb_dbi_open(txn, name.c_str(), create, &tables_[i]);
    }
    if (rc == 0) {
      rc = mdb_txn_commit(txn);
      if (rc == 0) return;
    } else {
      mdb_txn_abort(txn);
    }
    if (create || rc != MDB_NOTFOUND) fail(rc, action);
  }
}

std::size_t lmdb_environment::map_bytes() const {
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  return info.me_mapsize;
}

std::size_t lmdb_environment::used_bytes() const {
  MDB_envinfo info{};
  MDB_stat statistics{};
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &statistics);
  return (info.me_last_pgno + 1) * statistics.ms_psize;
}

bool lmdb_environment::grow() {
  const std::size_t current_bytes = map_bytes();
  if (current_bytes > map_bytes_max_ / 2) return false;
  const std::size_t doubled = current_bytes * 2;
  // LMDB unmaps the old map before it requests the new one, and is unusable if that fails.
  void* const probe =
      mmap(nullptr, doubled, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED) return false;
  munmap(probe, doubled);
  if (const int rc = mdb_env_set_mapsize(env_, doubled)) {
    unusable_ = true;
    fail(rc, "cannot enlarge the database's map");
  }
  return true;
}

// Whether the disk has no room for one more page at the end of the file. LMDB reports every short
// write as an I/O error; the error of one more write distinguishes a full disk from a failing one.
bool lmdb_environment::has_no_room() const {
  mdb_filehandle_t file{};
  struct stat status {};
  if (mdb_env_get_fd(env_, &file) != 0 || fstat(file, &status) != 0) return false;
  // Bytes beyond the end are never read before they are written.
  static constexpr char page[4096] = {};
  const ssize_t written = pwrite(file, page, sizeof page, status.st_size);
  if (written < 0) return is_no_room(errno);
  return written < static_cast<ssize_t>(sizeof page);
}

void lmdb_environment::fail(int rc, std::string_view action) {
  const std::string message = std::string(action) + ": ";
  switch (rc) {
    case MDB_MAP_FULL:
      throw store_error(store_failure::map_full, message + "the database's map is full");
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
      throw store_damaged(message + "the database file is damaged (" + mdb_strerror(rc) + ")");
    case MDB_PANIC:
      unusable_ = true;
      throw store_error(store_failure::unusable, message + "an earlier write has failed; restart");
    default: break;
  }
  if (is_no_room(rc)) {
    throw store_error(store_failure::disk_full,
                      message + "the disk has no room (" + mdb_strerror(rc) + ")");
  }
  throw store_error(store_failure::other, message + mdb_strerror(rc));
}

void lmdb_environment::fail_write(int rc) {
  constexpr const char* action = "cannot write to the database";
  // LMDB's own codes are negative.
  if (rc <= 0 || is_no_room(rc)) fail(rc, action);
  if (rc == EIO && has_no_room()) fail(ENOSPC, action);
  unusable_ = true;
  throw store_error(store_failure::unusable,
                    std::string(action) + ": the disk does not take it (" + mdb_strerror(rc) + ")");
}

}  // namespace lingerd
