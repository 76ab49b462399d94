#include "sim/world/check/stream_checker.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "core/base/json_writer.hpp"

namespace lingerd::sim {

namespace json = boost::json;

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

std::uint64_t number_at(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v && v->is_number() ? v->to_number<std::uint64_t>() : 0;
}

std::string text_at(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

const json::array* list_at(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v ? v->if_array() : nullptr;
}

std::string written(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v ? json::serialize(*v) : "-";
}

std::string group_in_words(const json::object& g) {
  std::string out;
  for (const char* const name : {"name", "brief", "owner", "admins", "members", "max_members"}) {
    out += written(g, name) + " ";
  }
  return out;
}

conversation conversation_in(const json::object& o, user_id me, std::string_view with) {
  const auto party = static_cast<std::uint32_t>(number_at(o, with));
  return text_at(o, "type") == "group" ? conversation::group(party)
                                       : conversation::single(me, party);
}

template <class Map>
std::string first_difference(const Map& mine, const Map& fresh, const std::string& message) {
  for (const auto& [key, value] : fresh) {
    const auto entry = mine.find(key);
    if (entry == mine.end() || entry->second != value) {
      std::string name;
      if constexpr (std::is_same_v<typename Map::key_type, std::string>)
        name = key;
      else
        name = text(key);
      std::string has = "nothing";
      std::string wants;
      if constexpr (std::is_same_v<typename Map::mapped_type, std::string>) {
        if (entry != mine.end()) has = entry->second;
        wants = value;
      } else {
        if (entry != mine.end()) has = text(entry->second);
        wants = text(value);
      }
      return message + " " + name + " is \"" + has + "\" to it, and \"" + wants +
             "\" to a fresh start";
    }
  }
  return {};
}

bool is_written_as(const json::object& message, const oracle_message& m) {
  std::string timestamp;
  json_writer::timestamp(timestamp, m.timestamp);
  return written(message, "timestamp") == timestamp;
}

}  // namespace

std::string wrong_with(world_context& context, user_id reader, const json::object& o) {
  const change_id id = number_at(o, "id");
  const oracle_message* m = context.oracle.message(id);
  if (!m) return "is none that is on disk";
  const attempt& a = context.oracle.all_tried()[m->attempt];
  if (text_at(o, "msg") != a.text) return "has another text";
  if (number_at(o, "from") != a.from) return "has another sender";
  const bool is_group = text_at(o, "type") == "group";
  const std::uint64_t to = number_at(o, "to");
  if (is_group != a.target.is_group()) return "is of another kind";
  if (to != (is_group ? a.target.group() : a.target.other_than(a.from)))
    return "goes to somebody else";
  if (!is_written_as(o, *m)) return "has another timestamp";
  if (o.contains("cid") && (reader != a.from || text_at(o, "cid") != a.cid)) {
    return "has a cid that is not the reader's";
  }
  if (!o.contains("cid") && reader == a.from && !a.cid.empty()) return "lacks its sender's cid";
  return {};
}

// --- states --------------------------------------------------------------------------------------

void known_states::take_user(const json::value& user) {
  if (const json::object* o = user.if_object()) {
    displays_[static_cast<user_id>(number_at(*o, "id"))] = text_at(*o, "display");
  }
}

void known_states::take_users(const json::value* list) {
  const json::array* all = list ? list->if_array() : nullptr;
  if (!all) return;
  for (const json::value& u : *all) take_user(u);
}

void known_states::begin(const json::object& start, user_id me, const oracle& oracle) {
  *this = {};
  me_ = me;
  take_users(start.if_contains("users"));
  const auto each = [&](const char* name, auto visit) {
    if (const json::array* list = list_at(start, name)) {
      for (const json::value& v : *list) visit(v);
    }
  };
  each("friends", [&](const json::value& v) { friends_[v.to_number<user_id>()] = "agreed"; });
  each("asked", [&](const json::value& v) { friends_[v.to_number<user_id>()] = "asked"; });
  each("requests", [&](const json::value& v) {
    friends_[static_cast<user_id>(number_at(v.get_object(), "user"))] = "asked_me";
  });
  each("groups", [&](const json::value& v) {
    groups_[static_cast<group_id>(number_at(v.get_object(), "id"))] =
        group_in_words(v.get_object());
  });
  each("conversations", [&](const json::value& v) {
    const json::object& c = v.get_object();
    const std::string name = text_at(c, "type") + " " + text(number_at(c, "with"));
    const change_id read = number_at(c, "read");
    if (oracle.count_unread(me, conversation_in(c, me, "with"), 0, read) > 0) reads_[name] = read;
    if (const change_id seen = number_at(c, "seen")) seen_[name] = seen;
  });
}

void known_states::take(const parsed_event& e) {
  const json::object& o = *e.body;
  if (e.kind == "friend") {
    const json::value* user = o.if_contains("user");
    if (!user || !user->is_object()) return;
    take_user(*user);
    const auto id = static_cast<user_id>(number_at(user->get_object(), "id"));
    const std::string state = text_at(o, "state");
    if (state == "none") {
      friends_.erase(id);
    } else {
      friends_[id] = state;
    }
  } else if (e.kind == "group") {
    const json::value* group = o.if_contains("group");
    if (!group || !group->is_object()) return;
    const auto id = static_cast<group_id>(number_at(group->get_object(), "id"));
    take_users(o.if_contains("users"));
    if (o.contains("left")) {
      groups_.erase(id);
    } else {
      groups_[id] = group_in_words(group->get_object());
    }
  } else if (e.kind == "profile") {
    if (const json::value* user = o.if_contains("user")) take_user(*user);
  } else if (e.kind == "read") {
    const auto who = static_cast<user_id>(number_at(o, "user"));
    const bool is_group = text_at(o, "type") == "group";
    const std::uint64_t with = number_at(o, "with");
    const change_id up_to = number_at(o, "up_to");
    if (who == me_) {
      change_id& mine = reads_[text_at(o, "type") + " " + text(with)];
      mine = std::max(mine, up_to);
    } else if (!is_group && with == me_) {
      change_id& his = seen_["single " + text(who)];
      his = std::max(his, up_to);
    }
  }
}

std::string known_states::difference(const known_states& fresh) const {
  std::string d = first_difference(friends_, fresh.friends_, "friend");
  if (d.empty() && friends_.size() != fresh.friends_.size()) d = "it knows a friend that is none";
  if (d.empty()) d = first_difference(groups_, fresh.groups_, "group");
  if (d.empty() && groups_.size() != fresh.groups_.size()) d = "it knows a group that is not his";
  if (d.empty()) d = first_difference(displays_, fresh.displays_, "the name of user");
  if (d.empty()) d = first_difference(reads_, fresh.reads_, "his own mark in");
  if (d.empty()) d = first_difference(seen_, fresh.seen_, "the other's mark in");
  return d;
}

// --- batches -------------------------------------------------------------------------------------

void check_batch(world_context& context, user_id reader, const std::string& who, change_id after,
                 change_id up_to, const parsed_batch& h) {
  const auto range = [&] { return "(" + text(after) + ", " + text(up_to) + "]"; };
  if (up_to < after) {
    return context.broken(invariant::order, who + " asked above " + text(after) +
                                                " and was told next " + text(up_to));
  }
  change_id last = after;
  for (const parsed_event& e : h.events) {
    if (e.id == 0) {
      if (e.kind != "typing")
        context.broken(invariant::order, who + " heard an event without an id");
      continue;
    }
    if (e.id <= last || e.id > up_to) {
      return context.broken(invariant::order, who + " heard id " + text(e.id) + " after " +
                                                  text(last) + " in a batch of " + range());
    }
    last = e.id;
    if (e.kind == "message") {
      const std::string wrong = wrong_with(context, reader, *e.body);
      if (!wrong.empty()) {
        const bool is_cid = wrong.find("cid") != std::string::npos;
        return context.broken(is_cid ? invariant::private_ : invariant::honest,
                              who + " heard message " + text(e.id) + ", which " + wrong);
      }
      if (!context.oracle.may_see(reader, *context.oracle.message(e.id))) {
        return context.broken(invariant::private_,
                              who + " heard message " + text(e.id) + ", which is not for him");
      }
    } else if (!context.oracle.is_change(e.id)) {
      return context.broken(invariant::honest, who + " heard a \"" + std::string(e.kind) +
                                                   "\" of id " + text(e.id) +
                                                   ", which is no change");
    }
  }
  // What he may see in this range, and was not told.
  const auto& all = context.oracle.messages();
  auto at = std::upper_bound(all.begin(), all.end(), after,
                             [](change_id id, const oracle_message& m) { return id < m.id; });
  for (; at != all.end() && at->id <= up_to; ++at) {
    if (!context.oracle.may_see(reader, *at)) continue;
    const bool was_told = std::any_of(h.messages.begin(), h.messages.end(),
                                      [&](const parsed_message& m) { return m.id == at->id; });
    if (!was_told) {
      return context.broken(invariant::gapless, who + " was not told message " + text(at->id) +
                                                    " in a batch of " + range());
    }
  }
}

// --- starts and history --------------------------------------------------------------------------

void check_start(world_context& context, user_id reader, const std::string& who,
                 const json::object& start) {
  const change_id cursor = number_at(start, "cursor");
  std::map<conversation, change_id> newest;
  for (const oracle_message& m : context.oracle.messages()) {
    if (m.id <= cursor && context.oracle.may_see(reader, m)) newest[m.conversation] = m.id;
  }
  const json::array* shown = list_at(start, "conversations");
  if (!shown) return context.broken(invariant::honest, who + " got a start without conversations");
  for (const json::value& v : *shown) {
    const json::object& c = v.get_object();
    const conversation target = conversation_in(c, reader, "with");
    const json::value* last = c.if_contains("last");
    const change_id id = last && last->is_object() ? number_at(last->get_object(), "id") : 0;
    const std::string name = text_at(c, "type") + " " + text(number_at(c, "with"));
    if (newest[target] != id) {
      return context.broken(invariant::history,
                            who + " starts at " + text(cursor) + " with message " + text(id) +
                                " as the newest of " + name + ", which is " + text(newest[target]));
    }
    const std::string wrong = wrong_with(context, reader, last->get_object());
    if (!wrong.empty()) {
      return context.broken(invariant::honest,
                            who + " starts with message " + text(id) + ", which " + wrong);
    }
    const change_id read = number_at(c, "read");
    const std::uint64_t unread = context.oracle.count_unread(reader, target, read, cursor);
    if (number_at(c, "unread") != unread) {
      return context.broken(invariant::unread, who + " has " + text(number_at(c, "unread")) +
                                                   " unread in " + name + " (read up to " +
                                                   text(read) + ", cursor " + text(cursor) +
                                                   "); there are " + text(unread));
    }
    newest.erase(target);
  }
  if (!newest.empty()) {
    context.broken(invariant::history, who + " starts at " + text(cursor) +
                                           " without a conversation that has message " +
                                           text(newest.begin()->second));
  }
}

void check_history(world_context& context, user_id reader, const std::string& who,
                   conversation conversation, change_id before, std::size_t limit,
                   change_id newest_when_asked, const json::object& page) {
  const json::array* list = list_at(page, "messages");
  if (!list) return context.broken(invariant::history, who + " got a page without messages");
  std::vector<change_id> told;
  for (const json::value& v : *list) {
    const json::object& o = v.get_object();
    const std::string wrong = wrong_with(context, reader, o);
    const change_id id = number_at(o, "id");
    if (!wrong.empty()) {
      return context.broken(invariant::history,
                            who + " reads message " + text(id) + ", which " + wrong);
    }
    told.push_back(id);
  }
  // What is there: the newest `limit` that he may see, below `before`. More may have come since the
  // page was made, so it may end earlier, but not before what was told when it was asked for.
  std::vector<change_id> there;
  for (const oracle_message& m : context.oracle.messages()) {
    if (m.conversation == conversation && m.id < before && context.oracle.may_see(reader, m))
      there.push_back(m.id);
  }
  while (!there.empty() && there.back() > newest_when_asked &&
         (told.empty() || there.back() > told.back())) {
    there.pop_back();
  }
  const bool more = there.size() > limit;
  if (more) there.erase(there.begin(), there.end() - static_cast<std::ptrdiff_t>(limit));
  if (told != there) {
    return context.broken(invariant::history, who + " reads " + text(told.size()) +
                                                  " messages up to " +
                                                  text(told.empty() ? 0 : told.back()) +
                                                  "; there are " + text(there.size()) + " up to " +
                                                  text(there.empty() ? 0 : there.back()));
  }
  const json::value* says_more = page.if_contains("more");
  if (!says_more || !says_more->is_bool() || says_more->get_bool() != more) {
    context.broken(invariant::history, who + " reads a page whose \"more\" is wrong");
  }
}

}  // namespace lingerd::sim
