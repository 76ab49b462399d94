#include "core/chat/rules.hpp"

#include "core/base/refusals.hpp"

namespace lingerd::rules {

result<void> may_send(const directory& d, user_id sender, conversation conversation) {
  if (conversation.is_group()) {
    const group* g = d.group(conversation.group());
    if (!g || g->removed) return refusals::no_such_group();
    if (!d.is_member(g->id, sender)) return refusals::not_a_member();
    return {};
  }
  const user_id other = conversation.other_than(sender);
  if (d.are_friends(sender, other)) return {};
  const person* p = d.user(other);
  if (!p || p->removed) return refusals::no_such_user();
  return refusals::not_friends();
}

result<void> may_read(const directory& d, user_id reader, conversation conversation) {
  if (conversation.is_group()) {
    const group* g = d.group(conversation.group());
    if (!g) return refusals::no_such_group();
    if (!g->member(reader)) return refusals::not_a_member();
    return {};
  }
  if (d.friendship_of(reader, conversation.other_than(reader))) return {};
  if (!d.user(conversation.other_than(reader))) return refusals::no_such_user();
  return {};
}

}  // namespace lingerd::rules
