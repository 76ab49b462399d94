#pragma once

#include <cstddef>
#include <string>

#include "bench/load/settings.hpp"
#include "bench/load/stamp.hpp"

// Servers without accounts have channels: /sub?id=N waits for what comes to /pub?id=N. Each
// subscriber has his own channel; with --fan-out all are on channel 0.
namespace load {

inline std::string channel_of(const settings& s, std::size_t subscriber) {
  return std::to_string(s.fan_out ? 0 : subscriber);
}

inline void append_poll(std::string& out, const settings& s, std::size_t subscriber) {
  out += "GET /sub?id=";
  out += channel_of(s, subscriber);
  out += " HTTP/1.1\r\nHost: x\r\n";
}

inline void append_publish(std::string& out, const settings& s, std::size_t subscriber) {
  std::string body;
  stamped(body, "{", s.body);
  out += "POST /pub?id=";
  out += channel_of(s, subscriber);
  out += " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += "\r\n\r\n";
  out += body;
}

}  // namespace load
