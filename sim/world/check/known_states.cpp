#include "sim/world/check/known_states.hpp"

#include <algorithm>
#include <type_traits>

#include "sim/world/check/json_fields.hpp"
#include "sim/world/check/message_checker.hpp"

namespace lingerd::sim {

namespace json = boost::json;

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

std::string group_text(const json::object& g) {
  std::string out;
  for (const char* const name : {"name", "brief", "owner", "admins", "members", "max_members"}) {
    out += serialized_field(g, name) + " ";
  }
  return out;
}

// Describes the first entry of `fresh` that `own` lacks or has otherwise; empty: none.
template <class Map>
std::string first_difference(const Map& own, const Map& fresh, const std::string& kind) {
  const auto text_of = [](const auto& v) {
    if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string>)
      return v;
    else
      return text(v);
  };
  for (const auto& [key, value] : fresh) {
    const auto entry = own.find(key);
    if (entry != own.end() && entry->second == value) continue;
    const std::string own_text = entry == own.end() ? "nothing" : text_of(entry->second);
    return kind + " " + text_of(key) + " is \"" + own_text + "\" to the device, and \"" +
           text_of(value) + "\" in a fresh start";
  }
  return {};
}

}  // namespace

void known_states::take_user(const json::value& user) {
  if (const json::object* o = user.if_object()) {
    displays_[static_cast<user_id>(number_field(*o, "id"))] = text_field(*o, "display");
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
  const auto for_each = [&](const char* name, auto visit) {
    if (const json::array* list = array_field(start, name)) {
      for (const json::value& v : *list) visit(v);
    }
  };
  for_each("friends", [&](const json::value& v) { friends_[v.to_number<user_id>()] = "agreed"; });
  for_each("asked", [&](const json::value& v) { friends_[v.to_number<user_id>()] = "asked"; });
  for_each("requests", [&](const json::value& v) {
    friends_[static_cast<user_id>(number_field(v.get_object(), "user"))] = "asked_me";
  });
  for_each("groups", [&](const json::value& v) {
    groups_[static_cast<group_id>(number_field(v.get_object(), "id"))] = group_text(v.get_object());
  });
  for_each("conversations", [&](const json::value& v) {
    const json::object& c = v.get_object();
    const std::string name = text_field(c, "type") + " " + text(number_field(c, "with"));
    const change_id read = number_field(c, "read");
    if (oracle.count_unread(me, conversation_of(c, me, "with"), 0, read) > 0)
      read_marks_[name] = read;
    if (const change_id mark = number_field(c, "seen")) seen_marks_[name] = mark;
  });
}

void known_states::apply(const parsed_event& e) {
  const json::object& o = *e.body;
  if (e.kind == "friend") {
    const json::value* user = o.if_contains("user");
    if (!user || !user->is_object()) return;
    take_user(*user);
    const auto id = static_cast<user_id>(number_field(user->get_object(), "id"));
    const std::string state = text_field(o, "state");
    if (state == "none") {
      friends_.erase(id);
    } else {
      friends_[id] = state;
    }
  } else if (e.kind == "group") {
    const json::value* group = o.if_contains("group");
    if (!group || !group->is_object()) return;
    const auto id = static_cast<group_id>(number_field(group->get_object(), "id"));
    take_users(o.if_contains("users"));
    if (o.contains("left")) {
      groups_.erase(id);
    } else {
      groups_[id] = group_text(group->get_object());
    }
  } else if (e.kind == "profile") {
    if (const json::value* user = o.if_contains("user")) take_user(*user);
  } else if (e.kind == "read") {
    const auto reader = static_cast<user_id>(number_field(o, "user"));
    const bool is_group = text_field(o, "type") == "group";
    const std::uint64_t party = number_field(o, "with");
    const change_id up_to = number_field(o, "up_to");
    if (reader == me_) {
      change_id& own = read_marks_[text_field(o, "type") + " " + text(party)];
      own = std::max(own, up_to);
    } else if (!is_group && party == me_) {
      change_id& other = seen_marks_["single " + text(reader)];
      other = std::max(other, up_to);
    }
  }
}

std::string known_states::difference(const known_states& fresh) const {
  std::string d = first_difference(friends_, fresh.friends_, "friend");
  if (d.empty() && friends_.size() != fresh.friends_.size())
    d = "the device knows a friend that is none";
  if (d.empty()) d = first_difference(groups_, fresh.groups_, "group");
  if (d.empty() && groups_.size() != fresh.groups_.size())
    d = "the device knows a group that it is not in";
  if (d.empty()) d = first_difference(displays_, fresh.displays_, "the display name of user");
  if (d.empty()) d = first_difference(read_marks_, fresh.read_marks_, "the own read mark in");
  if (d.empty())
    d = first_difference(seen_marks_, fresh.seen_marks_, "the other user's read mark in");
  return d;
}

}  // namespace lingerd::sim
