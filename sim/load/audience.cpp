#include "sim/load/audience.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace lingerd::sim {

namespace json = boost::json;

namespace {

const json::array& list_field(const json::object& o, std::string_view name) {
  static const json::array none;
  const json::value* v = o.if_contains(name);
  return v && v->is_array() ? v->get_array() : none;
}

// 0 if it is no number.
std::uint32_t number_of(const json::value* v) {
  if (!v || !v->is_number()) return 0;
  json::error_code ec;
  const auto n = v->to_number<std::uint32_t>(ec);
  return ec ? 0 : n;
}

}  // namespace

audience_finder::audience_finder(std::span<const account> clients) {
  clients_.reserve(clients.size());
  for (std::uint32_t i = 0; i < clients.size(); ++i) clients_.emplace(clients[i].id, i);
}

void audience_finder::add(std::uint32_t client, const json::object& start) {
  for (const json::value& f : list_field(start, "friends")) {
    const auto other = clients_.find(number_of(&f));
    if (other == clients_.end() || other->second == client) continue;
    friends_.insert(std::minmax(client, other->second));
  }
  for (const json::value& g : list_field(start, "groups")) {
    if (g.is_object()) add_group(g.get_object());
  }
}

void audience_finder::add_group(const json::object& group) {
  const group_id id = number_of(group.if_contains("id"));
  const auto [entry, is_new] = groups_.try_emplace(id);
  if (!is_new) return;
  for (const json::value& m : list_field(group, "members")) {
    const auto member = clients_.find(number_of(&m));
    if (member != clients_.end()) entry->second.push_back(member->second);
  }
  std::sort(entry->second.begin(), entry->second.end());
}

std::vector<audience> audience_finder::audiences() const {
  std::vector<audience> all;
  for (const auto& [a, b] : friends_) all.push_back({false, 0, {a, b}});
  for (const auto& [id, members] : groups_) {
    if (members.size() >= 2) all.push_back({true, id, members});
  }
  return all;
}

}  // namespace lingerd::sim
