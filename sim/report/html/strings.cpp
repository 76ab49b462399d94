#include "sim/report/html/strings.hpp"

#include "sim/report/number_format.hpp"

namespace lingerd::sim::strings {

phrase name_of(const run& r) {
  if (r.transport == "short") {
    const double s = r.poll_interval_s.value_or(0);
    const std::string time = number_format::short_form(
        s < 1 ? number_format::digits(s * 1000) + " ms" : number_format::digits(s) + " s");
    return {"短轮询 " + time, "Short poll " + time};
  }
  if (r.transport == "long") return {"长轮询", "Long poll"};
  if (r.transport == "sse") return same("SSE");
  if (r.transport == "websocket") return same("WebSocket");
  return same(r.transport);
}

}  // namespace lingerd::sim::strings
