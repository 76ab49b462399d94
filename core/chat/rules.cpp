#include "core/chat/rules.hpp"

#include "core/base/refusals.hpp"

namespace lingerd::rules {
namespace {

refusal no_such_user() { return refusals::no_such_user(); }
refusal no_such_group() { return refusals::no_such_group(); }
refusal not_a_member() { return refusals::not_a_member(); }

}  // namespace

result<void> may_send(const directory& d, user_id sender, conversation conversation) {
  if (conversation.is_group()) {
    const group* g = d.group(conversation.group());
    if (!g || g->removed) return no_such_group();
    if (!d.is_member(g->id, sender)) return not_a_member();
    return {};
  }
  const user_id other = conversation.other_than(sender);
  if (d.are_friends(sender, other)) return {};
  const person* p = d.user(other);
  if (!p || p->removed) return no_such_user();
  return refusals::not_friends();
}

result<void> may_read(const directory& d, user_id reader, conversation conversation) {
  if (conversation.is_group()) {
    const group* g = d.group(conversation.group());
    if (!g) return no_such_group();
    if (!g->member(reader)) return not_a_member();
    return {};
  }
  if (d.friendship_of(reader, conversation.other_than(reader))) return {};
  if (!d.user(conversation.other_than(reader))) return no_such_user();
  return {};
}

}  // namespace lingerd::rules
