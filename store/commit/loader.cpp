#include "store/commit/loader.hpp"

#include "store/codec/index_rows.hpp"
#include "store/codec/keys.hpp"
#include "store/codec/meta_entry.hpp"
#include "store/codec/row_codec.hpp"
#include "store/commit/kv_tables.hpp"
#include "store/index/message_index.hpp"

namespace lingerd {
namespace {

template <class Decode, class Visit>
void load(kv_transaction& transaction, table t, Decode decode, Visit visit) {
  transaction.for_each(t, {}, {}, [&](std::string_view key, std::string_view value) {
    visit(decode(key, value));
    return true;
  });
}

}  // namespace

void load_rows(kv_transaction& transaction, row_sink& sink) {
  sink.on_meta(kv_tables(transaction).meta());
  load(transaction, table::users, codec::user, [&](const user_row& r) { sink.on_user(r); });
  load(transaction, table::friends, codec::friendship_of,
       [&](const friend_row& r) { sink.on_friend(r); });
  load(transaction, table::groups, codec::group, [&](const group_row& r) { sink.on_group(r); });
  load(transaction, table::members, codec::member, [&](const member_row& r) { sink.on_member(r); });
  load(transaction, table::reads, codec::read, [&](const read_row& r) { sink.on_read(r); });
  load(transaction, table::sessions, codec::session,
       [&](const session_row& r) { sink.on_session(r); });
  message_index(transaction)
      .for_each_newest([&](conversation conversation, const message_head& head) {
        sink.on_conversation(conversation, head);
      });
}

void check_newest(kv_transaction& transaction, std::size_t count) {
  const change_id indexed =
      codec::indexed(keys::indexed, meta_entry(transaction, keys::indexed)).complete;
  const auto cursor = transaction.walk(table::messages);
  for (auto row = cursor->seek_below(keys::message(change_id_max + 1)); row;
       row = cursor->previous()) {
    if (count == 0 && keys::message_at(row->key) <= indexed) return;
    codec::message(row->key, row->value);
    if (count > 0) --count;
  }
}

}  // namespace lingerd
