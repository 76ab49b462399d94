#include "sim/report/html/strings.hpp"

#include "sim/report/number_format.hpp"

namespace lingerd::sim::words {

phrase name_of(const run& r) {
  if (r.transport == "short") {
    const double s = r.poll_interval_s.value_or(0);
    const std::string time =
        figures::short_form(s < 1 ? figures::digits(s * 1000) + " ms" : figures::digits(s) + " s");
    return {"短轮询 " + time, "Short poll " + time};
  }
  if (r.transport == "long") return {"长轮询", "Long poll"};
  if (r.transport == "sse") return same("SSE");
  if (r.transport == "websocket") return same("WebSocket");
  return same(r.transport);
}

}  // namespace lingerd::sim::words
