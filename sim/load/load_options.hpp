#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sim/client/transport.hpp"

namespace lingerd::sim {

// What a load is to do. Durations and rates are those of the command line.
struct load_options {
  std::vector<listening_mode> modes{{}};  // one run each, with the same schedule
  std::size_t clients = 1000;
  std::chrono::seconds duration{30};  // length of the steady phase
  std::chrono::seconds wait{100};     // hold of a long poll
  double rate_per_s = 200;            // messages of all clients together
  std::size_t text_bytes = 100;
  std::string groups;  // "10x100": ten groups of a hundred members; empty: friends in pairs
  std::uint64_t seed = 1;
  std::string url;               // empty: start a server for each run
  std::filesystem::path tokens;  // with url: file of the users and their tokens
  std::filesystem::path linger;  // the program to start; empty: the one beside this program
  std::string command_line;      // for the report

  // Called about twice a second with a text of one line.
  std::function<void(const std::string& line)> progress;
  // Set by a signal handler: end in order and report what was measured.
  const std::atomic<bool>* stop = nullptr;
};

}  // namespace lingerd::sim
