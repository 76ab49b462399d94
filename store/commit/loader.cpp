#include "store/commit/loader.hpp"

#include "store/codec/keys.hpp"
#include "store/commit/kv_tables.hpp"
#include "store/index/message_index.hpp"
#include "store/codec/meta_entry.hpp"
#include "store/codec/row_codec.hpp"

namespace lingerd {
namespace {

template <class Decode, class Tell>
void load(kv& from, table t, Decode decode, Tell tell) {
  from.for_each(t, {}, {}, [&](std::string_view key, std::string_view value) {
    tell(decode(key, value));
    return true;
  });
}

}  // namespace

void load_rows(kv& from, row_sink& into) {
  into.on_meta(kv_tables(from).meta());
  load(from, table::users, codec::user, [&](const user_row& r) { into.on_user(r); });
  load(from, table::friends, codec::friendship_of, [&](const friend_row& r) { into.on_friend(r); });
  load(from, table::groups, codec::group, [&](const group_row& r) { into.on_group(r); });
  load(from, table::members, codec::member, [&](const member_row& r) { into.on_member(r); });
  load(from, table::reads, codec::read, [&](const read_row& r) { into.on_read(r); });
  load(from, table::sessions, codec::session, [&](const session_row& r) { into.on_session(r); });
  message_index(from).for_each_newest(
      [&](conversation in, const message_head& head) { into.on_conversation(in, head); });
}

void check_newest(kv& from, std::size_t count) {
  const change_id indexed = codec::indexed(keys::indexed, meta_entry(from, keys::indexed)).all;
  const auto cursor = from.walk(table::messages);
  for (auto at = cursor->below(keys::message(change_id_max + 1)); at; at = cursor->previous()) {
    if (count == 0 && keys::message_at(at->key) <= indexed) return;
    codec::message(at->key, at->value);
    if (count > 0) --count;
  }
}

}  // namespace lingerd
