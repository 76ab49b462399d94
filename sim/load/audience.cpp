#include "sim/load/audience.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace lingerd::sim {

namespace json = boost::json;

namespace {

const json::array& list_in(const json::object& o, std::string_view name) {
  static const json::array none;
  const json::value* v = o.if_contains(name);
  return v && v->is_array() ? v->get_array() : none;
}

// 0: no number.
std::uint32_t number_of(const json::value* v) {
  if (!v || !v->is_number()) return 0;
  json::error_code ec;
  const auto n = v->to_number<std::uint32_t>(ec);
  return ec ? 0 : n;
}

}  // namespace

room_finder::room_finder(std::span<const account> clients) {
  clients_.reserve(clients.size());
  for (std::uint32_t i = 0; i < clients.size(); ++i) clients_.emplace(clients[i].id, i);
}

void room_finder::add(std::uint32_t client, const json::object& start) {
  for (const json::value& f : list_in(start, "friends")) {
    const auto other = clients_.find(number_of(&f));
    if (other == clients_.end() || other->second == client) continue;
    friends_.insert(std::minmax(client, other->second));
  }
  for (const json::value& g : list_in(start, "groups")) {
    if (g.is_object()) add_group(g.get_object());
  }
}

void room_finder::add_group(const json::object& group) {
  const group_id id = number_of(group.if_contains("id"));
  const auto [at, is_new] = groups_.try_emplace(id);
  if (!is_new) return;
  for (const json::value& m : list_in(group, "members")) {
    const auto member = clients_.find(number_of(&m));
    if (member != clients_.end()) at->second.push_back(member->second);
  }
  std::sort(at->second.begin(), at->second.end());
}

std::vector<room> room_finder::rooms() const {
  std::vector<room> all;
  for (const auto& [a, b] : friends_) all.push_back({false, 0, {a, b}});
  for (const auto& [id, members] : groups_) {
    if (members.size() >= 2) all.push_back({true, id, members});
  }
  return all;
}

}  // namespace lingerd::sim
