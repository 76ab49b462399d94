#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/client/event_parser.hpp"
#include "sim/load/message_tag.hpp"
#include "sim/load/schedule.hpp"
#include "sim/report/report.hpp"

namespace lingerd::sim {

// The plan of a run. Everything it refers to outlives the checker.
struct checked_run {
  std::span<const planned_message> plan;
  std::span<const audience> audiences;
  std::span<const user_id> users;  // id of each client's user on the server
  const message_tag* tag = nullptr;
  std::size_t text_bytes = 0;
  bool is_only_writer = true;  // no other user writes on this server
};

// Checks deliveries against the plan.
//
// Each acknowledged message is due once to every member of its audience except the sender. A
// message without an acknowledgement may be delivered: only its answer may have been lost. Within
// one client, message ids ascend.
class checker {
 public:
  explicit checker(const checked_run& run);

  void attempted(std::uint32_t message);
  void acknowledged(std::uint32_t message, change_id id);
  void refused(std::uint32_t message, std::string_view why);
  // Records a delivery. Returns the planned message if it is this client's first delivery as a
  // recipient.
  std::optional<std::uint32_t> delivered(std::uint32_t client, const parsed_message& m);

  // Every acknowledged message has reached all recipients.
  bool is_all_delivered() const { return still_due_ == 0; }
  std::uint64_t still_due() const { return still_due_; }

  // What is still due counts as lost.
  message_counts counts() const;
  // Description of the first violation; a lost message counts at the end. Empty if there is none.
  std::string first_case() const;

 private:
  struct state {
    bool attempted = false, acknowledged = false;
    std::uint32_t delivered = 0;
    change_id id = 0;
  };
  std::uint32_t recipients_of(std::uint32_t message) const;
  std::size_t bit_of(std::uint32_t message, std::size_t place) const;
  bool fits_plan(std::uint32_t message, const parsed_message& m) const;
  bool record_id(std::uint32_t message, change_id id);
  void record_case(std::string text);
  std::string name(std::uint32_t message) const;
  std::string client_name(std::uint32_t client) const;
  std::string lost_case() const;

  const checked_run run_;
  std::vector<state> states_;
  std::vector<std::size_t> first_bits_;  // of each message, in received_
  std::vector<bool> received_;           // for each message and member of its audience
  std::vector<change_id> newest_ids_;    // of each client: the greatest id received
  message_counts counts_;
  std::uint64_t still_due_ = 0;
  std::uint64_t unacknowledged_deliveries_ = 0;
  std::string first_case_;
};

}  // namespace lingerd::sim
