#include "sim/load/checker.hpp"

#include <algorithm>

namespace lingerd::sim {

checker::checker(const checked_run& run)
    : run_(run), states_(run.plan.size()), newest_ids_(run.users.size()) {
  first_bits_.reserve(run.plan.size());
  std::size_t bits = 0;
  for (const planned_message& m : run.plan) {
    first_bits_.push_back(bits);
    bits += run.audiences[m.audience].members.size();
  }
  received_.resize(bits);
}

void checker::attempted(std::uint32_t message) {
  states_[message].attempted = true;
  ++counts_.attempted;
}

void checker::acknowledged(std::uint32_t message, change_id id) {
  state& s = states_[message];
  if (!record_id(message, id) || s.acknowledged) return;
  s.acknowledged = true;
  ++counts_.acknowledged;
  const std::uint32_t all = recipients_of(message);
  counts_.expected += all;
  still_due_ += all - s.delivered;
  unacknowledged_deliveries_ -= s.delivered;
}

void checker::refused(std::uint32_t message, std::string_view why) {
  ++counts_.refused;
  record_case(name(message) + " was refused: " + std::string(why));
}

std::optional<std::uint32_t> checker::delivered(std::uint32_t client, const parsed_message& m) {
  const auto message = run_.tag->read(m.text);
  if (!message && !run_.is_only_writer) return std::nullopt;  // a message of another user
  if (!message || *message >= states_.size() || !states_[*message].attempted) {
    ++counts_.unexpected;
    record_case(client_name(client) + " received message id " + std::to_string(m.id) +
                ", which was never sent");
    return std::nullopt;
  }
  const planned_message& plan = run_.plan[*message];
  const auto& members = run_.audiences[plan.audience].members;
  const auto member = std::lower_bound(members.begin(), members.end(), client);
  if (!fits_plan(*message, m) || member == members.end() || *member != client) {
    ++counts_.unexpected;
    record_case(client_name(client) + " received " + name(*message) +
                ", which does not match the plan or is not for this client");
    return std::nullopt;
  }
  if (!record_id(*message, m.id)) return std::nullopt;
  const std::size_t bit = bit_of(*message, static_cast<std::size_t>(member - members.begin()));
  const bool is_first = !received_[bit];
  received_[bit] = true;
  if (!is_first) {
    ++counts_.duplicated;
    record_case(client_name(client) + " received " + name(*message) + " twice");
    return std::nullopt;
  }
  if (m.id < newest_ids_[client]) {
    ++counts_.out_of_order;
    record_case(client_name(client) + " received " + name(*message) + " after id " +
                std::to_string(newest_ids_[client]));
  }
  newest_ids_[client] = std::max(newest_ids_[client], m.id);
  if (client == plan.sender) return std::nullopt;  // the sender's own message
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
  return static_cast<std::uint32_t>(run_.audiences[run_.plan[message].audience].members.size()) - 1;
}

std::size_t checker::bit_of(std::uint32_t message, std::size_t place) const {
  return first_bits_[message] + place;
}

bool checker::fits_plan(std::uint32_t message, const parsed_message& m) const {
  const planned_message& plan = run_.plan[message];
  const audience& r = run_.audiences[plan.audience];
  if (m.sender != run_.users[plan.sender] || m.is_group != r.is_group) return false;
  if (m.text.size() != std::max(run_.text_bytes, message_tag::bytes)) return false;
  if (r.is_group) return m.target_id == r.group;
  const std::uint32_t other = r.members[0] == plan.sender ? r.members[1] : r.members[0];
  return m.target_id == run_.users[other];
}

// A message has one id, in its acknowledgement and in every delivery.
bool checker::record_id(std::uint32_t message, change_id id) {
  state& s = states_[message];
  if (s.id == 0) s.id = id;
  if (s.id == id) return true;
  ++counts_.unexpected;
  record_case(name(message) + " also has id " + std::to_string(id));
  return false;
}

void checker::record_case(std::string text) {
  if (first_case_.empty()) first_case_ = std::move(text);
}

std::string checker::name(std::uint32_t message) const {
  const change_id id = states_[message].id;
  return "message " + run_.tag->tag_of(message) +
         (id > 0 ? " (id " + std::to_string(id) + ")" : std::string());
}

std::string checker::client_name(std::uint32_t client) const {
  return "client " + std::to_string(client) + " (user " + std::to_string(run_.users[client]) + ")";
}

std::string checker::lost_case() const {
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].acknowledged || states_[i].delivered == recipients_of(i)) continue;
    const auto& members = run_.audiences[run_.plan[i].audience].members;
    for (std::size_t k = 0; k < members.size(); ++k) {
      if (members[k] == run_.plan[i].sender || received_[bit_of(i, k)]) continue;
      return client_name(members[k]) + " never received " + name(i) + ", which was acknowledged";
    }
  }
  return {};
}

}  // namespace lingerd::sim
