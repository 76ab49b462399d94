#include "store/commit/kv_tables.hpp"

#include "store/codec/keys.hpp"
#include "store/codec/meta_entry.hpp"
#include "store/codec/row_codec.hpp"

namespace lingerd {
namespace {

// The decoded row under `key`; none if it does not exist.
template <class Decode>
auto read(kv_transaction& transaction, table t, std::string_view key, Decode decode)
    -> std::optional<decltype(decode(key, key))> {
  const auto value = transaction.get(t, key);
  if (!value) return std::nullopt;
  return decode(key, *value);
}

template <class Decode, class Visit>
void for_each_row(kv_transaction& transaction, table t, std::string_view prefix, Decode decode,
                  const Visit& visit) {
  transaction.for_each(
      t, prefix, keys::after_prefix(prefix),
      [&](std::string_view key, std::string_view value) { return visit(decode(key, value)); });
}

}  // namespace

template <class Row>
void kv_tables::write(table t, std::string_view key, const Row& row) {
  codec::encode(buffer_, key, row);
  transaction_.put(t, key, buffer_);
}

void kv_tables::flush(std::size_t index_behind) {
  if (!is_meta_changed_) return;
  index_.advance_checkpoint(index_behind, meta_->last_id);
  write(table::meta, keys::state, *meta_);
  is_meta_changed_ = false;
}

meta_row kv_tables::meta() {
  if (!meta_) meta_ = codec::meta(keys::state, meta_entry(transaction_, keys::state));
  return *meta_;
}
void kv_tables::put(const meta_row& r) {
  meta_ = r;
  is_meta_changed_ = true;
}

std::optional<user_row> kv_tables::user(user_id id) {
  return read(transaction_, table::users, keys::party(id), codec::user);
}
void kv_tables::put(const user_row& r) { write(table::users, keys::party(r.id), r); }

std::optional<user_id> kv_tables::named(std::string_view folded) {
  if (folded.empty()) return std::nullopt;
  return read(transaction_, table::names, folded, codec::name);
}
void kv_tables::put_name(std::string_view folded, user_id id) {
  codec::encode_name(buffer_, folded, id);
  transaction_.put(table::names, folded, buffer_);
}
void kv_tables::erase_name(std::string_view folded) { transaction_.erase(table::names, folded); }

std::optional<friend_row> kv_tables::friendship_of(user_id user, user_id other) {
  return read(transaction_, table::friends, keys::friend_of(user, other), codec::friendship_of);
}
void kv_tables::put(const friend_row& r) {
  write(table::friends, keys::friend_of(r.user, r.other), r);
}
void kv_tables::for_each_friend(user_id user, const std::function<bool(const friend_row&)>& visit) {
  for_each_row(transaction_, table::friends, keys::party(user), codec::friendship_of, visit);
}

std::optional<group_row> kv_tables::group(group_id id) {
  return read(transaction_, table::groups, keys::party(id), codec::group);
}
void kv_tables::put(const group_row& r) { write(table::groups, keys::party(r.id), r); }

std::optional<member_row> kv_tables::member(group_id g, user_id user) {
  return read(transaction_, table::members, keys::member(g, user), codec::member);
}
void kv_tables::put(const member_row& r) {
  write(table::members, keys::member(r.group, r.user), r);
  // Every message to a group rewrites its sender's membership, which is in the index already.
  const keys::key index = keys::joined(r.user, r.group);
  if (transaction_.get(table::joined, index)) return;
  codec::encode_joined(buffer_, index);
  transaction_.put(table::joined, index, buffer_);
}
void kv_tables::for_each_member(group_id g, const std::function<bool(const member_row&)>& visit) {
  for_each_row(transaction_, table::members, keys::party(g), codec::member, visit);
}
void kv_tables::for_each_group_of(user_id user, const std::function<bool(group_id)>& visit) {
  for_each_row(transaction_, table::joined, keys::party(user), codec::joined, visit);
}

std::optional<message_row> kv_tables::message(conversation conversation, change_id id) {
  auto row = read(transaction_, table::messages, keys::message(id), codec::message);
  if (row && row->conversation != conversation) return std::nullopt;
  return row;
}
std::optional<message_head> kv_tables::newest(conversation conversation, change_id bound) {
  auto head = index_.newest(conversation);
  if (!head || head->id <= bound) return head;
  const change_id id = index_.id_at_or_below(conversation, bound);
  if (id == 0) return std::nullopt;
  return index_.message(conversation, id).head;
}
void kv_tables::put(const message_row& r) {
  write(table::messages, keys::message(r.head.id), r);
  index_.add(r.conversation, r.head);
}

std::optional<sent_row> kv_tables::sent(user_id user, std::string_view cid) {
  return read(transaction_, table::sent, keys::sent(user, cid), codec::sent);
}
void kv_tables::put(const sent_row& r) { write(table::sent, keys::sent(r.user, r.cid), r); }

std::optional<read_row> kv_tables::read_mark(user_id user, conversation conversation) {
  return read(transaction_, table::reads, keys::read(user, conversation), codec::read);
}
void kv_tables::put(const read_row& r) {
  write(table::reads, keys::read(r.user, r.conversation), r);
}

std::optional<session_row> kv_tables::session(const token_hash& hash) {
  return read(transaction_, table::sessions, keys::session(hash), codec::session);
}
void kv_tables::put(const session_row& r) { write(table::sessions, keys::session(r.hash), r); }
void kv_tables::erase_session(const token_hash& hash) {
  transaction_.erase(table::sessions, keys::session(hash));
}
void kv_tables::for_each_session(const std::function<bool(const session_row&)>& visit) {
  for_each_row(transaction_, table::sessions, {}, codec::session, visit);
}

}  // namespace lingerd
