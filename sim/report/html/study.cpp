#include "sim/report/html/study.hpp"

#include <algorithm>

#include "sim/report/html/strings.hpp"
#include "sim/report/model/model.hpp"
#include "sim/report/number_format.hpp"

namespace lingerd::sim {
namespace {

double real(std::uint64_t n) { return static_cast<double>(n); }

const run* find(const report& r, std::string_view transport) {
  const auto result = std::find_if(r.runs.begin(), r.runs.end(),
                                   [&](const run& run) { return run.transport == transport; });
  return result == r.runs.end() ? nullptr : &*result;
}

// --- the claim of the tutorial -------------------------------------------------------------------

study_table tutorial(const report& r) {
  study_table s;
  s.name = {"教程的说法", "The claim of the tutorial"};
  s.claim = {
      "“几千条消息，长轮询要 7–8 MB，WebSocket 只要几十 "
      "KB。”这里用两种方式各传一遍同样的消息。“接收”不包括发送消息、读取初始状态和建立连接：这些对"
      "两种方式"
      "都一样。",
      "“A few thousand messages: long polling 7–8 MB, WebSocket some tens of KB.” Here both "
      "deliver the same messages. “Listening” leaves out the sends, the initial requests and the "
      "connections, which are the same for both."};
  s.table.name = s.name;
  s.table.heads = {strings::mode,
                   {"教程", "Published"},
                   {"送达", "Delivered"},
                   {"应用字节，全部", "Application bytes, all"},
                   {"线上字节，全部", "Wire bytes, all"},
                   {"应用字节，仅接收", "Application bytes, listening"},
                   {"线上字节，仅接收", "Wire bytes, listening"}};
  for (const run& run : r.runs) {
    const listening l = listening_of(r, run);
    const phrase published = run.transport == "long"        ? same("7–8 MB")
                             : run.transport == "websocket" ? phrase{"几十 KB", "some tens of KB"}
                                                            : same("–");
    s.table.rows.push_back(
        {strings::name_of(run), published, same(number_format::count(real(run.counts.delivered))),
         same(number_format::traffic(real(run.wire.app_bytes_sent + run.wire.app_bytes_received))),
         same(number_format::traffic(real(run.wire.wire_bytes))),
         same(number_format::traffic(l.app_bytes)), same(number_format::traffic(l.wire_bytes))});
  }
  const run* held = find(r, "long");
  const run* socket = find(r, "websocket");
  if (!held || !socket) return s;
  const listening a = listening_of(r, *held);
  const listening b = listening_of(r, *socket);
  if (a.app_bytes <= 0 || b.app_bytes <= 0) return s;
  const std::string app = number_format::times(a.app_per_event() / b.app_per_event());
  const std::string wire = number_format::times(a.wire_per_event() / b.wire_per_event());
  const std::string per_event = number_format::traffic(b.app_per_event());
  s.verdict.push_back(
      {"实测：每接收一条消息，长轮询的应用字节是 WebSocket 的 " + app + "，线上字节是 " + wire +
           "。一条消息连同它的 JSON 在 WebSocket 上也要 " + per_event +
           "，所以几千条不可能只有几十 KB。",
       "Measured: to receive one message, long polling takes " + app +
           " the application bytes of WebSocket and " + wire +
           " its wire bytes. A message with its JSON takes " + per_event +
           " on a WebSocket as well, so a few thousand messages cannot fit into some tens of KB."});
  return s;
}

// --- 871 bytes versus 2 -----------------------------------------------------------------------

constexpr double mebibit = 1024 * 1024;
constexpr double poll_headers = 871;
constexpr double frame_header = 2;

// Mbit/s as in the published table, for clients that receive one event a second each.
std::string megabits(double bytes_per_event, double clients) {
  return number_format::digits(bytes_per_event * clients * 8 / mebibit);
}

study_table per_event(const report& r) {
  study_table s;
  s.name = {"871 字节对 2 字节", "871 bytes versus 2"};
  s.claim = {
      "websocket.org 说：轮询一次有 871 字节首部，WebSocket 一帧只有 2 "
      "字节。这里是收到一个事件平均要多少字节；“额外”是事件本身之外的部分。",
      "websocket.org states 871 bytes of headers for a poll and 2 bytes for a WebSocket frame. "
      "This "
      "table shows the average bytes for receiving one event; “overhead” is all but the event "
      "itself."};
  s.table.name = s.name;
  s.table.heads = {strings::mode,
                   {"公布的额外字节", "Published overhead"},
                   {"应用字节", "Application bytes"},
                   {"其中额外", "of which overhead"},
                   {"线上字节", "Wire bytes"},
                   {"其中额外", "of which overhead"}};
  for (const run& run : r.runs) {
    const listening l = listening_of(r, run);
    const model_input input = input_of(r, run);
    const wire_sizes z = sizes_of(input.setting);
    // Half of the messages that a client of a conversation receives are its own; read marks are no
    // overhead.
    const double event = (input.deliveries * real(z.event) + input.own_events * real(z.own_event) +
                          input.read_events * real(z.read_event)) /
                         std::max(input.deliveries + input.own_events, 1.0);
    const phrase published = run.transport == "websocket" ? same("2 B")
                             : run.transport == "sse"     ? same("–")
                                                          : same("871 B");
    s.table.rows.push_back(
        {strings::name_of(run), published, same(number_format::traffic(l.app_per_event())),
         same(number_format::traffic(std::max(l.app_per_event() - event, 0.0))),
         same(number_format::traffic(l.wire_per_event())),
         same(number_format::traffic(std::max(l.wire_per_event() - event, 0.0)))});
  }
  return s;
}

study_table per_second(const report& r) {
  study_table s;
  s.name = {"每秒一条消息要多少带宽", "Bandwidth for one message a second"};
  s.claim = {
      "单位 Mbit/s（2²⁰ 位，与公布的表一致），每个客户端每秒收到一个事件。1,000 "
      "个是这里测得的；10,000 与 100,000 由每个事件的字节数推算。公布的数字只算首部，不算 TCP/IP。",
      "In Mbit/s (2²⁰ bits, as in the published table); each client receives one event a second. "
      "The figure for 1,000 clients is measured; those for 10,000 and 100,000 are calculated from "
      "the bytes of one event. The published figures count only HTTP or frame headers, not "
      "TCP/IP."};
  s.table.name = s.name;
  s.table.heads = {strings::mode, same("1,000"), same("10,000"), same("100,000")};
  const auto row = [&](const phrase& name, double bytes) {
    s.table.rows.push_back(
        {name, same(megabits(bytes, 1e3)), same(megabits(bytes, 1e4)), same(megabits(bytes, 1e5))});
  };
  row({"公布：轮询", "Published: polling"}, poll_headers);
  row({"公布：WebSocket", "Published: WebSocket"}, frame_header);
  for (const run& run : r.runs) {
    row(strings::name_of(run) + phrase{"，应用字节", ", application"},
        listening_of(r, run).app_per_event());
    row(strings::name_of(run) + phrase{"，线上", ", on the wire"},
        listening_of(r, run).wire_per_event());
  }
  const run* polled = find(r, "short");
  const run* socket = find(r, "websocket");
  if (!polled || !socket || listening_of(r, *socket).events == 0) return s;
  const double factor =
      listening_of(r, *polled).wire_per_event() / listening_of(r, *socket).wire_per_event();
  s.verdict.push_back(
      {"公布的 435× 只比较首部。连同 TCP/IP 和消息本身，短轮询在线上是 WebSocket 的 " +
           number_format::times(factor) + "。",
       "The published factor of 435 compares headers alone. With TCP/IP and the message itself, "
       "short polling takes " +
           number_format::times(factor) + " the wire bytes of WebSocket."});
  return s;
}

}  // namespace

listening listening_of(const report& r, const run& run) {
  const prediction beside = predict_beside_listening(input_of(r, run));
  listening l;
  l.events = real(run.counts.delivered + run.counts.acknowledged);
  l.app_bytes =
      std::max(real(run.wire.app_bytes_sent + run.wire.app_bytes_received) - beside.app_bytes, 0.0);
  l.wire_bytes = std::max(real(run.wire.wire_bytes) - beside.wire_bytes, 0.0);
  return l;
}

std::vector<study_table> study_of(const report& r) {
  if (r.study == "tutorial") return {tutorial(r)};
  if (r.study == "headers") return {per_event(r), per_second(r)};
  return {};
}

}  // namespace lingerd::sim
