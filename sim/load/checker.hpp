#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/client/event_parser.hpp"
#include "sim/load/message_tag.hpp"
#include "sim/report/report.hpp"
#include "sim/load/schedule.hpp"

namespace lingerd::sim {

// What a run looks like to the checker. All of it must outlive it.
struct checked_run {
  std::span<const planned_message> plan;
  std::span<const room> rooms;
  std::span<const user_id> users;  // the number of each client on the server
  const marker* marks = nullptr;
  std::size_t text_bytes = 0;
  bool is_alone = true;  // nobody else writes on this server
};

// Knows every message planned and every recipient, and holds what happens against it.
//
// A message is due to all who share its room, the sender not counted. Each of them must hear it
// once where it was acknowledged, and may where it was not (the answer was lost on its way, the
// message not). Whatever a client hears has an id above all that he heard before.
class checker {
 public:
  explicit checker(const checked_run& run);

  void attempted(std::uint32_t message);
  void acknowledged(std::uint32_t message, change_id id);
  void refused(std::uint32_t message, std::string_view why);
  // Which message of the plan a client has now for the first time, as one of its recipients.
  std::optional<std::uint32_t> delivered(std::uint32_t client, const heard_message& m);

  // Nothing that was acknowledged is still to come.
  bool is_all_delivered() const { return still_due_ == 0; }
  std::uint64_t still_due() const { return still_due_; }

  // What is still to come counts as lost.
  message_counts counts() const;
  // The first thing that went wrong, in words; what is missing counts at the end.
  std::string first_case() const;

 private:
  struct state {
    bool attempted = false, acknowledged = false;
    std::uint32_t delivered = 0;
    change_id id = 0;
  };
  std::uint32_t recipients_of(std::uint32_t message) const;
  std::size_t bit_of(std::uint32_t message, std::size_t place) const;
  bool fits_plan(std::uint32_t message, const heard_message& m) const;
  bool note_id(std::uint32_t message, change_id id);
  void note(std::string what);
  std::string name(std::uint32_t message) const;
  std::string client_name(std::uint32_t client) const;
  std::string lost_case() const;

  const checked_run run_;
  std::vector<state> states_;
  std::vector<std::size_t> first_bits_;  // of each message, in got_
  std::vector<bool> got_;                // for each message and member of its room
  std::vector<change_id> newest_;        // of each client: the greatest id that he heard
  message_counts counts_;
  std::uint64_t still_due_ = 0;
  std::uint64_t unacknowledged_deliveries_ = 0;
  std::string first_case_;
};

}  // namespace lingerd::sim
