#include "sim/load/checker.hpp"

#include <algorithm>

namespace lingerd::sim {

checker::checker(const checked_run& run)
    : run_(run), states_(run.plan.size()), newest_(run.users.size()) {
  first_bits_.reserve(run.plan.size());
  std::size_t bits = 0;
  for (const planned_message& m : run.plan) {
    first_bits_.push_back(bits);
    bits += run.rooms[m.room].members.size();
  }
  got_.resize(bits);
}

void checker::attempted(std::uint32_t message) {
  states_[message].attempted = true;
  ++counts_.attempted;
}

void checker::acknowledged(std::uint32_t message, change_id id) {
  state& s = states_[message];
  if (!note_id(message, id) || s.acknowledged) return;
  s.acknowledged = true;
  ++counts_.acknowledged;
  const std::uint32_t all = recipients_of(message);
  counts_.expected += all;
  still_due_ += all - s.delivered;
  unacknowledged_deliveries_ -= s.delivered;
}

void checker::refused(std::uint32_t message, std::string_view why) {
  ++counts_.refused;
  note(name(message) + " was refused: " + std::string(why));
}

std::optional<std::uint32_t> checker::delivered(std::uint32_t client, const heard_message& m) {
  const auto message = run_.marks->read(m.text);
  if (!message && !run_.is_alone) return std::nullopt;  // other people talk here, too
  if (!message || *message >= states_.size() || !states_[*message].attempted) {
    ++counts_.unexpected;
    note(client_name(client) + " heard message id " + std::to_string(m.id) + " that nobody sent");
    return std::nullopt;
  }
  const planned_message& plan = run_.plan[*message];
  const auto& members = run_.rooms[plan.room].members;
  const auto member = std::lower_bound(members.begin(), members.end(), client);
  if (!fits_plan(*message, m) || member == members.end() || *member != client) {
    ++counts_.unexpected;
    note(client_name(client) + " heard " + name(*message) + ", which is not for him as it came");
    return std::nullopt;
  }
  if (!note_id(*message, m.id)) return std::nullopt;
  const std::size_t bit = bit_of(*message, static_cast<std::size_t>(member - members.begin()));
  const bool is_first = !got_[bit];
  got_[bit] = true;
  if (!is_first) {
    ++counts_.duplicated;
    note(client_name(client) + " heard " + name(*message) + " twice");
    return std::nullopt;
  }
  if (m.id < newest_[client]) {
    ++counts_.out_of_order;
    note(client_name(client) + " heard " + name(*message) + " after id " +
         std::to_string(newest_[client]));
  }
  newest_[client] = std::max(newest_[client], m.id);
  if (client == plan.sender) return std::nullopt;  // his own
  state& s = states_[*message];
  ++s.delivered;
  ++counts_.delivered;
  if (s.acknowledged) {
    --still_due_;
  } else {
    ++unacknowledged_deliveries_;
  }
  return message;
}

message_counts checker::counts() const {
  message_counts all = counts_;
  all.expected += unacknowledged_deliveries_;
  all.lost = still_due_;
  return all;
}

std::string checker::first_case() const {
  return first_case_.empty() && still_due_ > 0 ? lost_case() : first_case_;
}

std::uint32_t checker::recipients_of(std::uint32_t message) const {
  return static_cast<std::uint32_t>(run_.rooms[run_.plan[message].room].members.size()) - 1;
}

std::size_t checker::bit_of(std::uint32_t message, std::size_t place) const {
  return first_bits_[message] + place;
}

bool checker::fits_plan(std::uint32_t message, const heard_message& m) const {
  const planned_message& plan = run_.plan[message];
  const room& r = run_.rooms[plan.room];
  if (m.from != run_.users[plan.sender] || m.is_group != r.is_group) return false;
  if (m.text.size() != std::max(run_.text_bytes, marker::bytes)) return false;
  if (r.is_group) return m.to == r.party;
  const std::uint32_t other = r.members[0] == plan.sender ? r.members[1] : r.members[0];
  return m.to == run_.users[other];
}

// A message has one id, in its acknowledgement and with everybody who hears it.
bool checker::note_id(std::uint32_t message, change_id id) {
  state& s = states_[message];
  if (s.id == 0) s.id = id;
  if (s.id == id) return true;
  ++counts_.unexpected;
  note(name(message) + " came again as id " + std::to_string(id));
  return false;
}

void checker::note(std::string what) {
  if (first_case_.empty()) first_case_ = std::move(what);
}

std::string checker::name(std::uint32_t message) const {
  const change_id id = states_[message].id;
  return "message " + run_.marks->of(message) +
         (id > 0 ? " (id " + std::to_string(id) + ")" : std::string());
}

std::string checker::client_name(std::uint32_t client) const {
  return "client " + std::to_string(client) + " (user " + std::to_string(run_.users[client]) + ")";
}

std::string checker::lost_case() const {
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].acknowledged || states_[i].delivered == recipients_of(i)) continue;
    const auto& members = run_.rooms[run_.plan[i].room].members;
    for (std::size_t k = 0; k < members.size(); ++k) {
      if (members[k] == run_.plan[i].sender || got_[bit_of(i, k)]) continue;
      return client_name(members[k]) + " never heard " + name(i) + ", which was acknowledged";
    }
  }
  return {};
}

}  // namespace lingerd::sim
