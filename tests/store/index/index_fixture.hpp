#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "store/codec/index_rows.hpp"
#include "store/codec/keys.hpp"
#include "store/codec/row_codec.hpp"
#include "store/commit/kv_tables.hpp"
#include "store/commit/schema.hpp"
#include "store/index/message_index.hpp"
#include "store/memory/memory_backend.hpp"
#include "tests/store/commit/store_fixtures.hpp"

// Messages and their index, written batch by batch as by the storage thread, and the expected
// answers from plain lists of ids.
namespace lingerd::store_tests {

using ids = std::vector<change_id>;

inline const conversation with_2 = conversation::single(1, 2);
inline const conversation with_3 = conversation::single(1, 3);

class written_messages {
 public:
  explicit written_messages(std::size_t index_behind, std::shared_ptr<backend> backend = {})
      : behind_(index_behind),
        backend_(backend ? std::move(backend) : std::make_shared<memory_backend>()) {
    counting_entropy entropy;
    prepare(*backend_, entropy);
    // Not 0 if the tables are opened again.
    last_id_ =
        codec::meta(keys::state, *backend_->begin_read()->get(table::meta, keys::state)).last_id;
  }

  // Adds a message to the open batch, or begins one with it. `gap`: ids before it that belong to
  // other changes.
  change_id add(conversation target, change_id gap = 0) {
    if (!batch_) begin();
    message_row m;
    m.conversation = target;
    m.head.id = last_id_ += 1 + gap;
    m.head.number = rows_->newest(target).value_or(message_head{}).number + 1;
    m.head.sender = 1;
    m.text = std::string(10, 'x');
    m.cid = "c-" + std::to_string(m.head.id);
    rows_->put(m);
    rows_->put(sent_row{m.head.sender, m.cid, m.conversation, m.head.id});
    added_.push_back(m);
    return m.head.id;
  }
  // Assigns ids without messages.
  void skip_ids(change_id count) {
    if (!batch_) begin();
    last_id_ += count;
  }
  void commit() {
    if (!batch_) begin();
    flush();
    batch_->commit();
    for (const message_row& m : added_) ids_by_conversation_[m.conversation].push_back(m.head.id);
    end();
  }
  // Loses the batch; with `flushed` as late as possible.
  void roll_back(bool flushed) {
    if (flushed) flush();
    last_id_ = base_id_;
    end();
  }
  // Ends the server and starts it again, with a new bound of the index.
  void restart(std::size_t behind) {
    behind_ = behind;
    for (index_memtable* memtable : {&writer, &reader}) {  // neither copyable nor movable
      std::destroy_at(memtable);
      std::construct_at(memtable);
    }
  }
  // add() and commit().
  change_id write(conversation target, change_id gap = 0) {
    const change_id id = add(target, gap);
    commit();
    return id;
  }

  // Calls `check` with three views of the index and a description: with the reader's memtable,
  // which is kept between calls; with a memtable built for this call; with the writer's.
  template <class Ask>
  void for_each_view(Ask check) {
    {
      const auto read_transaction = backend_->begin_read();
      message_index shared_view(*read_transaction, reader);
      check(shared_view, "with the reader's memtable");
      message_index private_view(*read_transaction);
      check(private_view, "with a memtable of its own");
    }
    const auto write_transaction = backend_->begin_write();
    message_index writer_view(*write_transaction, writer);
    check(writer_view, "with the writer's memtable");
  }

  // Expected answers.
  const ids& ids_of(conversation target) { return ids_by_conversation_[target]; }
  const std::map<conversation, ids>& by_conversation() const { return ids_by_conversation_; }
  ids ids_above(conversation target, change_id after) {
    ids result;
    std::copy_if(ids_by_conversation_[target].begin(), ids_by_conversation_[target].end(),
                 std::back_inserter(result), [&](change_id id) { return id > after; });
    return result;
  }
  ids ids_below(conversation target, change_id before) {
    ids result;
    std::copy_if(ids_by_conversation_[target].rbegin(), ids_by_conversation_[target].rend(),
                 std::back_inserter(result), [&](change_id id) { return id < before; });
    return result;
  }
  change_id last_id() const { return last_id_; }
  backend& tables() { return *backend_; }
  std::shared_ptr<backend> shared_tables() { return backend_; }
  index_checkpoint checkpoint() {
    const auto txn = backend_->begin_read();
    return codec::indexed(keys::indexed, *txn->get(table::meta, keys::indexed));
  }
  // Changes a stored row, unnoticed by the server.
  template <class Change>
  void corrupt(table t, std::string_view key, Change change) {
    const auto txn = backend_->begin_write();
    std::string value(*txn->get(t, key));
    change(value);
    txn->put(t, key, value);
    txn->commit();
  }

  index_memtable writer;
  index_memtable reader;

 private:
  void begin() {
    batch_ = backend_->begin_write();
    rows_.emplace(*batch_, writer);
    base_id_ = last_id_;
  }
  void flush() {
    meta_row m = rows_->meta();
    m.last_id = last_id_;
    rows_->put(m);
    rows_->flush(behind_);
  }
  void end() {
    rows_.reset();
    batch_.reset();
    added_.clear();
  }

  std::size_t behind_;
  const std::shared_ptr<backend> backend_;
  std::unique_ptr<write_transaction> batch_;
  std::optional<kv_tables> rows_;
  std::vector<message_row> added_;  // of the open batch
  change_id base_id_ = 0;           // the last id before the open batch
  change_id last_id_ = 0;
  std::map<conversation, ids> ids_by_conversation_;
};

// All ids above `after` or below `before`, collected call by call.
inline std::vector<change_id> rising(message_index& index, conversation target, change_id after) {
  std::vector<change_id> result, block;
  for (index.ids_above(target, after, block); !block.empty();
       index.ids_above(target, block.back(), block)) {
    result.insert(result.end(), block.begin(), block.end());
  }
  return result;
}
inline std::vector<change_id> falling(message_index& index, conversation target, change_id before) {
  std::vector<change_id> result, block;
  for (index.ids_below(target, before, block); !block.empty();
       index.ids_below(target, block.back(), block)) {
    result.insert(result.end(), block.begin(), block.end());
  }
  return result;
}

}  // namespace lingerd::store_tests
