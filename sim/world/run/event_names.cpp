#include "sim/world/run/event_names.hpp"

#include <string_view>

namespace lingerd::sim {

namespace {

// Every name given to world_context::count(), and the counters of the network and the disk.
constexpr std::string_view event_names[] = {"sent",
                                            "sent_without_cid",
                                            "sent_again",
                                            "sent_burst",
                                            "repeated_before_answer",
                                            "repeated_old",
                                            "sent_on_websocket",
                                            "acknowledged_on_websocket",
                                            "refused_on_websocket",
                                            "unanswered_on_websocket",
                                            "pipelined_on_websocket",
                                            "sent_by_form",
                                            "acknowledged_by_form",
                                            "refused_by_form",
                                            "refused",
                                            "marked_read",
                                            "typed",
                                            "asked_friend",
                                            "ended_friendship",
                                            "made_group",
                                            "changed_group",
                                            "added_member",
                                            "removed_member",
                                            "changed_name",
                                            "changed_password",
                                            "ended_session",
                                            "signed_in_again",
                                            "read_start",
                                            "read_history",
                                            "polled_old_cursor",
                                            "tutorial_got_messages",
                                            "tutorial_got_nothing",
                                            "tutorial_lost_answer",
                                            "sent_malformed",
                                            "pipelined_requests",
                                            "got_pause",
                                            "got_disk_full",
                                            "client_failed",
                                            "vanished",
                                            "came_back_older",
                                            "changed_transport",
                                            "killed",
                                            "power_cut",
                                            "restarted",
                                            "server_gave_up",
                                            "clock_stepped",
                                            "net_cut",
                                            "net_delayed",
                                            "net_lost",
                                            "net_lost_for_good",
                                            "net_stalled",
                                            "net_reset",
                                            "net_half_open",
                                            "net_refused",
                                            "net_slow_reader",
                                            "net_idle_cut",
                                            "net_buffered",
                                            "net_blocked",
                                            "net_gave_up",
                                            "disk_sync_failed",
                                            "disk_full",
                                            "disk_torn_commit",
                                            "disk_sector_lost",
                                            "disk_sector_kept"};

}  // namespace

std::string counter_name(coverage::branch b) { return "rare." + std::string(coverage::name_of(b)); }

std::vector<std::string> missing_events(const counter_map& counters) {
  std::vector<std::string> missing;
  const auto check = [&](std::string name) {
    const auto entry = counters.find(name);
    if (entry == counters.end() || entry->second == 0) missing.push_back(std::move(name));
  };
  for (const std::string_view name : event_names) check(std::string(name));
  for (std::size_t i = 0; i < coverage::branches; ++i)
    check(counter_name(static_cast<coverage::branch>(i)));
  return missing;
}

}  // namespace lingerd::sim
