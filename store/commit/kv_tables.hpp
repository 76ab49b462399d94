#pragma once

#include <optional>
#include <string>

#include "core/state/tables.hpp"
#include "store/engine/kv_transaction.hpp"
#include "store/index/message_index.hpp"

namespace lingerd {

// The tables with typed rows, on one transaction, which outlives this object. On the transaction's
// thread. All functions throw store_error.
//
// Invariants: (1) each membership has an entry in the index `joined`, each message one in the
// message index or its memtable; (2) the meta row, which every change modifies, is cached here and
// written once for a batch, by flush().
class kv_tables final : public tables {
 public:
  explicit kv_tables(kv_transaction& transaction)
      : transaction_(transaction), index_(transaction) {}
  // With a memtable of the message index that is kept between transactions and outlives this
  // object.
  kv_tables(kv_transaction& transaction, index_memtable& memtable)
      : transaction_(transaction), index_(transaction, memtable) {}

  // Writes the cached rows; the last call before the commit. The rows of the message index may lag
  // by `index_behind` messages.
  void flush(std::size_t index_behind);

  meta_row meta() override;
  void put(const meta_row&) override;

  std::optional<user_row> user(user_id) override;
  void put(const user_row&) override;
  std::optional<user_id> named(std::string_view folded) override;
  void put_name(std::string_view folded, user_id) override;
  void erase_name(std::string_view folded) override;

  std::optional<friend_row> friendship_of(user_id user, user_id other) override;
  void put(const friend_row&) override;
  void for_each_friend(user_id, const std::function<bool(const friend_row&)>&) override;

  std::optional<group_row> group(group_id) override;
  void put(const group_row&) override;

  std::optional<member_row> member(group_id, user_id) override;
  void put(const member_row&) override;
  void for_each_member(group_id, const std::function<bool(const member_row&)>&) override;
  void for_each_group_of(user_id, const std::function<bool(group_id)>&) override;

  std::optional<message_row> message(conversation, change_id) override;
  std::optional<message_head> newest(conversation, change_id id = change_id_max) override;
  void put(const message_row&) override;

  std::optional<sent_row> sent(user_id, std::string_view cid) override;
  void put(const sent_row&) override;

  std::optional<read_row> read_mark(user_id, conversation) override;
  void put(const read_row&) override;

  std::optional<session_row> session(const token_hash&) override;
  void put(const session_row&) override;
  void erase_session(const token_hash&) override;
  void for_each_session(const std::function<bool(const session_row&)>&) override;

 private:
  template <class Row>
  void write(table t, std::string_view key, const Row& row);

  kv_transaction& transaction_;
  message_index index_;
  std::optional<meta_row> meta_;
  bool is_meta_changed_ = false;
  std::string buffer_;  // the row being encoded
};

}  // namespace lingerd
