#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/load/load.hpp"

// Parsing of the command-line arguments of linger-sim. All but write_json() throw
// std::invalid_argument with a readable sentence.
namespace lingerd::sim {

// Turns an exception of `read` into CLI11's usage error for a flag.
template <class F>
auto usage(const char* flag, F read) {
  try {
    return read();
  } catch (const std::exception& e) {
    throw CLI::ValidationError(flag, e.what());
  }
}

// "short,long" and "250ms,1s": one mode for each transport; short polls, one for each interval.
std::vector<listening_mode> parse_modes(const std::string& transports,
                                        const std::string& poll_intervals);

std::chrono::seconds whole_seconds(const std::string& text, std::chrono::seconds least);

// Throws std::runtime_error if the file cannot be written.
void write_json(const report& r, const std::filesystem::path& file);

}  // namespace lingerd::sim
