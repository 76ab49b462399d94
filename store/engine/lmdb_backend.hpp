#pragma once

#include <filesystem>
#include <shared_mutex>

#include "store/engine/backend.hpp"
#include "store/engine/lmdb.hpp"

namespace lingerd {

// Tables in LMDB. One thread writes, others may read. All functions throw store_error.
//
// The map moves when it grows, so no transaction may be open then: a read holds `reads_` shared for
// its lifetime (one plain call of the reader thread), growing holds it exclusively. Only the writer
// grows the map, between two of its transactions.
class lmdb_backend final : public backend {
 public:
  // Opens or creates the file, as lmdb_environment does.
  lmdb_backend(const std::filesystem::path& file, lmdb_environment::sizes map);

  std::unique_ptr<write_transaction> begin_write() override;
  std::unique_ptr<kv_transaction> begin_read() override;
  // Doubles the map when four fifths of it are used.
  void keep_room() override;
  bool make_room() override;

 private:
  class reader;
  class writer;

  std::shared_mutex reads_;
  lmdb_environment env_;
  bool is_at_bound_ = false;
};

}  // namespace lingerd
