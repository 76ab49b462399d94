#pragma once

#include <cstddef>
#include <string>

#include "bench/load/options.hpp"
#include "bench/load/timestamp.hpp"

// Requests to servers without accounts. Such a server has channels: GET /sub?id=N waits for the
// next message of POST /pub?id=N. Each subscriber has its own channel; with --fan-out all
// subscribers are on channel 0.
namespace load {

inline std::string channel_id(const options& opts, std::size_t subscriber) {
  return std::to_string(opts.fan_out ? 0 : subscriber);
}

// Without the blank line that ends the head: the caller may add fields.
inline void append_channel_poll(std::string& out, const options& opts, std::size_t subscriber) {
  out += "GET /sub?id=";
  out += channel_id(opts, subscriber);
  out += " HTTP/1.1\r\nHost: x\r\n";
}

inline void append_channel_publish(std::string& out, const options& opts, std::size_t subscriber) {
  std::string body;
  append_timestamped(body, "{", opts.body);
  out += "POST /pub?id=";
  out += channel_id(opts, subscriber);
  out += " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += "\r\n\r\n";
  out += body;
}

}  // namespace load
