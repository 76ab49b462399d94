#include "sim/world/check/stream_checker.hpp"

#include <algorithm>

#include "sim/world/check/message_checker.hpp"

namespace lingerd::sim {

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

void check_batch(world_context& context, user_id reader, const std::string& title, change_id after,
                 change_id up_to, const parsed_batch& batch) {
  const auto range = [&] { return "(" + text(after) + ", " + text(up_to) + "]"; };
  if (up_to < after) {
    return context.report(invariant::order, title + " asked for events after " + text(after) +
                                                ", and the answer's next cursor is " + text(up_to));
  }
  change_id previous = after;
  for (const parsed_event& e : batch.events) {
    if (e.id == 0) {
      if (e.kind != "typing")
        context.report(invariant::order, title + " received an event without an id");
      continue;
    }
    if (e.id <= previous || e.id > up_to) {
      return context.report(invariant::order, title + " received id " + text(e.id) + " after " +
                                                  text(previous) + " in a batch of " + range());
    }
    previous = e.id;
    if (e.kind == "message") {
      const std::string difference = difference_from_stored(context, reader, *e.body);
      if (!difference.empty()) {
        const bool is_cid = difference.find("cid") != std::string::npos;
        return context.report(is_cid ? invariant::private_ : invariant::honest,
                              title + " received message " + text(e.id) + ", which " + difference);
      }
      if (!context.oracle.may_see(reader, *context.oracle.message(e.id))) {
        return context.report(invariant::private_,
                              title + " received message " + text(e.id) + ", which it may not see");
      }
    } else if (!context.oracle.is_change(e.id)) {
      return context.report(invariant::honest, title + " received a \"" + std::string(e.kind) +
                                                   "\" of id " + text(e.id) +
                                                   ", which no change has");
    }
  }
  // Messages of this range that the reader may see and did not receive.
  const auto& all = context.oracle.messages();
  auto m = std::upper_bound(all.begin(), all.end(), after,
                            [](change_id id, const oracle_message& m) { return id < m.id; });
  for (; m != all.end() && m->id <= up_to; ++m) {
    if (!context.oracle.may_see(reader, *m)) continue;
    const bool is_delivered = std::any_of(batch.messages.begin(), batch.messages.end(),
                                          [&](const parsed_message& p) { return p.id == m->id; });
    if (!is_delivered) {
      return context.report(invariant::gapless, title + " did not receive message " + text(m->id) +
                                                    " in a batch of " + range());
    }
  }
}

}  // namespace lingerd::sim
