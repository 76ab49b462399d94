#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/load/load.hpp"

// How the commands of linger-sim understand what they are given. All but write_json() throw
// std::invalid_argument with a sentence.
namespace lingerd::sim {

// What CLI11 shows as wrong usage of a flag.
template <class F>
auto usage(const char* flag, F read) {
  try {
    return read();
  } catch (const std::exception& e) {
    throw CLI::ValidationError(flag, e.what());
  }
}

// "short,long" and "250ms,1s": a way each, of short polls one for each interval.
std::vector<load_way> ways_of(const std::string& transports, const std::string& poll_intervals);

std::chrono::seconds whole_seconds(const std::string& text, std::chrono::seconds least);

// Throws std::runtime_error where it cannot be written.
void write_json(const report& r, const std::filesystem::path& file);

}  // namespace lingerd::sim
