#pragma once

#include <cstddef>
#include <string>

namespace load {

// The options of the command line. Times in seconds, sizes in bytes.
struct options {
  int port = 8080;
  std::string server = "linger";  // selects the protocol: linger, nchan, plain
  std::string tokens;             // token file of `linger import --tokens`; for linger only
  std::size_t subscribers = 1000;
  std::size_t publishers = 16;
  std::size_t circles =
      1;  // publisher p writes only to subscribers i with i % circles == p % circles
  double seconds = 5;
  double settle = 0.5;  // between the last poll's request and the first message
  int wait = 100;       // how long the server is asked to hold a poll; for linger only
  std::size_t body = 100;
  bool fan_out = false;
  bool hold = false;
  std::string transport = "long";  // of --hold: long, sse, websocket
  bool json = false;
};

}  // namespace load
