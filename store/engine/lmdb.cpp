#include "store/engine/lmdb.hpp"

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

// LMDB reports a damaged structure for which it has no error code.
void on_assert(MDB_env*, const char* message) {
  log::error(std::string("the database file is damaged, the server cannot go on: ") + message);
  std::abort();
}

bool is_no_room(int rc) { return rc == ENOSPC || rc == EDQUOT || rc == EFBIG; }

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

// Whether the file can grow by one page. LMDB reports every short write as an I/O error; this
// distinguishes a full disk from a failing one.
bool lmdb_environment::has_room_for_a_page() const {
  mdb_filehandle_t file{};
  struct stat status {};
  if (mdb_env_get_fd(env_, &file) != 0 || fstat(file, &status) != 0) return true;
  // Bytes beyond the end are never read before they are written.
  static constexpr char page[4096] = {};
  return pwrite(file, page, sizeof page, status.st_size) == static_cast<ssize_t>(sizeof page);
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
    case EIO:
      if (!has_room_for_a_page()) throw store_error(store_failure::disk_full, message + "no room");
      unusable_ = true;
      throw store_error(store_failure::unusable, message + "the disk does not write (I/O error)");
    default: break;
  }
  const store_failure kind = is_no_room(rc) ? store_failure::disk_full : store_failure::other;
  throw store_error(kind, message + mdb_strerror(rc));
}

}  // namespace lingerd
