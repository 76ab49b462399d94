#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "bench/load/answer.hpp"

// A message's text begins with the moment of its publishing, so that whoever reads it knows how
// long it took. Every dialect carries the text in a JSON field called "msg".
namespace load {

using microseconds_t = long long;

inline microseconds_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

inline microseconds_t after_s(double seconds) {
  return now_us() + static_cast<microseconds_t>(seconds * 1e6);
}

// Appends `open`, the stamped text and the end of the field and object: `bytes` in all, or a few
// more where that is too few.
inline void stamped(std::string& out, std::string_view open, std::size_t bytes) {
  const auto start = out.size();
  out += open;
  out += R"("msg":")";
  out += std::to_string(now_us());
  out += ' ';
  if (out.size() - start + 2 < bytes) out.append(bytes - 2 - (out.size() - start), 'x');
  out += "\"}";
}

// Calls `found(stamp)` for each message in an answer's body.
template <class Found>
void for_each_stamp(std::string_view body, Found found) {
  constexpr std::string_view key = R"("msg":")";
  for (auto at = body.find(key); at != body.npos; at = body.find(key, at + key.size())) {
    found(number_of<microseconds_t>(body.substr(at + key.size())));
  }
}

}  // namespace load
