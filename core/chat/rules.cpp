#include "core/chat/rules.hpp"

namespace lingerd::rules {
namespace {

refusal no_such_user() { return {error::not_found, "there is no such user"}; }
refusal no_such_group() { return {error::not_found, "there is no such group"}; }
refusal not_a_member() { return {error::not_member, "you are not a member of this group"}; }

}  // namespace

result<void> may_send(const directory& d, user_id from, conversation to) {
  if (to.is_group()) {
    const group* g = d.group(to.group());
    if (!g || g->removed) return no_such_group();
    if (!d.is_member(g->id, from)) return not_a_member();
    return {};
  }
  const user_id other = to.other_than(from);
  if (d.are_friends(from, other)) return {};
  const person* p = d.user(other);
  if (!p || p->removed) return no_such_user();
  return refusal{error::not_friends, "you are not friends"};
}

result<void> may_read(const directory& d, user_id reader, conversation in) {
  if (in.is_group()) {
    const group* g = d.group(in.group());
    if (!g) return no_such_group();
    if (!g->member(reader)) return not_a_member();
    return {};
  }
  if (d.friendship_of(reader, in.other_than(reader))) return {};
  if (!d.user(in.other_than(reader))) return no_such_user();
  return {};
}

}  // namespace lingerd::rules
