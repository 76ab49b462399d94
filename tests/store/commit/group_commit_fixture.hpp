#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/engine/store_error.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/store/commit/store_fixtures.hpp"

// A store on a backend that fails on demand.
namespace lingerd::store_tests {

// Tables in memory. Counts the commits, and fails the next ones as the test sets it: in commit()
// with `commit_failure`, in begin_write() with `begin_failure`.
class faulty_backend final : public backend {
 public:
  std::unique_ptr<write_transaction> begin_write() override {
    if (begin_failure) throw store_error(*begin_failure, "begin refused");
    return std::make_unique<writer>(*this);
  }
  std::unique_ptr<kv_transaction> begin_read() override { return tables.begin_read(); }
  bool make_room() override {
    ++times_grown;
    commit_failure.reset();
    return can_grow;
  }

  memory_backend tables;
  std::optional<store_failure> commit_failure;
  std::optional<store_failure> begin_failure;
  bool can_grow = false;
  int commits = 0;
  int times_grown = 0;

 private:
  class writer final : public write_transaction {
   public:
    explicit writer(faulty_backend& backend)
        : backend_(backend), transaction_(backend.tables.begin_write()) {}
    std::optional<std::string_view> get(table t, std::string_view key) override {
      return transaction_->get(t, key);
    }
    void put(table t, std::string_view key, std::string_view value) override {
      transaction_->put(t, key, value);
    }
    bool erase(table t, std::string_view key) override { return transaction_->erase(t, key); }
    std::unique_ptr<kv_cursor> walk(table t) override { return transaction_->walk(t); }
    void commit() override {
      if (backend_.commit_failure) throw store_error(*backend_.commit_failure, "commit refused");
      transaction_->commit();
      ++backend_.commits;
    }

   private:
    faulty_backend& backend_;
    std::unique_ptr<write_transaction> transaction_;
  };
};

// Opens a store on a faulty_backend; `fatal_messages` are the calls of options::fatal.
class GroupCommit : public ::testing::Test {
 protected:
  void open(std::chrono::milliseconds window = {}) {
    group_commit::options options;
    options.window = window;
    options.fatal = [this](std::string_view message) { fatal_messages.emplace_back(message); };
    fixture.set_store(open_memory_store(backend, fixture.loop, fixture.storage, fixture.reader,
                                        fixture.bounds, options, fixture.entropy));
    backend->commits = 0;
  }
  std::size_t count_messages() {
    std::size_t n = 0;
    backend->begin_read()->for_each(table::messages, "", "", [&](auto, auto) { return ++n > 0; });
    return n;
  }
  std::shared_ptr<faulty_backend> backend = std::make_shared<faulty_backend>();
  store_fixture fixture;
  std::vector<std::string> fatal_messages;
};

}  // namespace lingerd::store_tests
