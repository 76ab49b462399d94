#pragma once

#include <cstddef>
#include <string>

namespace load {

// What the command line asked for. Times in seconds, sizes in bytes.
struct settings {
  int port = 8080;
  std::string server = "linger";  // which dialect the server speaks: linger, nchan, plain
  std::string tokens;             // the accounts' file (linger import --tokens); linger only
  std::size_t subscribers = 1000;
  std::size_t publishers = 16;
  std::size_t circles = 1;  // publisher p writes to the subscribers of circle p % circles only
  double seconds = 5;
  double settle = 0.5;  // between the last poll's request and the first message
  int wait = 100;       // for how long a poll asks to be held; linger only
  std::size_t body = 100;
  bool fan_out = false;
  bool hold = false;
  std::string transport = "long";  // of --hold: long, sse, websocket
  bool json = false;
};

}  // namespace load
