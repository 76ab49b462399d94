#pragma once

#include <array>
#include <boost/container/string.hpp>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/backend.hpp"

namespace lingerd {

// Tables in memory, with the codec and the transactions of the real ones: for tests and virtual
// worlds. A commit costs nothing. Unlike in LMDB a read waits for a write to end, and so must not
// begin inside one on the same thread.
class memory_backend final : public backend {
 public:
  memory_backend() = default;
  memory_backend(const memory_backend&) = delete;
  memory_backend& operator=(const memory_backend&) = delete;

  std::unique_ptr<write_transaction> begin_write() override;
  std::unique_ptr<kv> begin_read() override;

  // Takes the last transaction's commit back, as a crash before its sync does; once.
  void undo_last();

 private:
  class transaction;
  class reading;
  class writing;
  class cursor;
  // Keys of up to 23 bytes lie in their nodes (of the standard's string 15): those of messages do.
  using stored_key = boost::container::string;
  // As unsigned bytes; most differ in their first eight.
  struct before {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return is_less({a.data(), a.size()}, {b.data(), b.size()});
    }
    static bool is_less(std::string_view a, std::string_view b);
  };
  using rows = std::map<stored_key, std::string, before>;
  struct undo {
    table in;
    stored_key key;
    std::optional<std::string> before;
  };
  void take_back(std::vector<undo>& what);

  std::shared_mutex mutex_;
  std::array<rows, table_count> tables_;
  std::vector<undo> last_;  // of the last commit
};

}  // namespace lingerd
