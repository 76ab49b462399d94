#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "bench/load/response.hpp"

// Every message carries the time of its publication, in microseconds of the monotonic clock, at the
// start of its text; the latency follows from it. In every protocol the text is in a JSON field
// named "msg".
namespace load {

using microseconds_t = long long;

inline microseconds_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

// The time that is `seconds` from now.
inline microseconds_t deadline_us(double seconds) {
  return now_us() + static_cast<microseconds_t>(seconds * 1e6);
}

// Appends a JSON object to `out`: `prefix` (its start, up to the text), the text with its
// timestamp, and the object's end. It is padded to `bytes`; longer if the content needs more.
inline void append_timestamped(std::string& out, std::string_view prefix, std::size_t bytes) {
  const auto start = out.size();
  out += prefix;
  out += R"("msg":")";
  out += std::to_string(now_us());
  out += ' ';
  if (out.size() - start + 2 < bytes) out.append(bytes - 2 - (out.size() - start), 'x');
  out += "\"}";
}

// Calls `handler(timestamp)` for each message in the body of a response.
template <class Handler>
void for_each_timestamp(std::string_view body, Handler handler) {
  constexpr std::string_view key = R"("msg":")";
  for (auto start = body.find(key); start != body.npos;
       start = body.find(key, start + key.size())) {
    handler(parse_number<microseconds_t>(body.substr(start + key.size())));
  }
}

}  // namespace load
