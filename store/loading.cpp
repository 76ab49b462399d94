#include "store/loading.hpp"

#include <queue>
#include <string>
#include <utility>

#include "store/keys.hpp"
#include "store/kv_tables.hpp"
#include "store/row_codec.hpp"

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
  for_each_newest(from, [&](conversation in, const message_head& head) {
    into.on_conversation(in, head);
  });
}

void for_each_newest(kv& from,
                     const std::function<void(conversation, const message_head&)>& visit) {
  // From the last conversation downward: what lies before a conversation's first key is the newest
  // message of the one before it.
  conversation above{UINT64_MAX};
  while (const auto newest =
             from.last_at_or_below(table::messages, keys::messages_of(above), {})) {
    const message_head head = codec::head(newest->key, newest->value);
    above = keys::conversation_at(newest->key);
    visit(above, head);
  }
}

void check_newest(kv& from, std::size_t count) {
  std::priority_queue<std::pair<change_id, conversation>> next;
  for_each_newest(from, [&](conversation in, const message_head& head) {
    next.emplace(head.id, in);
  });
  for (; count > 0 && !next.empty(); --count) {
    const auto [id, in] = next.top();
    next.pop();
    const auto found =
        from.last_at_or_below(table::messages, keys::message(in, id - 1), keys::messages_of(in));
    if (found) next.emplace(codec::message(found->key, found->value).head.id, in);
  }
}

}  // namespace lingerd
