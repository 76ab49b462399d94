#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "sim/load/load_options.hpp"
#include "sim/report/report.hpp"
#include "sim/world/run/seeds.hpp"

namespace lingerd::sim {

// The arguments of `linger-sim world` as CLI11 reads them. Texts are parsed by the functions below
// and by the runs; those throw CLI::ValidationError, which names the flag.
struct world_arguments {
  load_options options;
  std::string transports = "long";
  std::string poll_intervals = "3s";
  std::string duration = "1h";
  std::string wait = "100s";
  std::string rate;
  std::string faults = "none";
  std::string seeds;
  std::string groups;
  unsigned users = 0, devices = 0, actions = 0;
  unsigned repeat_percent = 0;
  bool count_all = false;
  bool shrink = false;
  std::filesystem::path pcap;
  // In memory where possible.
  std::filesystem::path scratch = std::filesystem::is_directory("/dev/shm")
                                      ? std::filesystem::path("/dev/shm")
                                      : std::filesystem::temp_directory_path();
  std::filesystem::path report_folder;
  std::filesystem::path json;
  bool unsynced = false;
  bool quiet = false;
  CLI::App* command = nullptr;
  // Whether the flag stands on the command line.
  bool has(const char* flag) const { return command->count(flag) > 0; }
};

// Adds the options to the command, which writes them into `a` when it is parsed. REQUIRES: `a`
// outlives the command.
void add_world_options(CLI::App& command, world_arguments& a);

// What the arguments fix of each seed's recipe (with --faults).
recipe_overrides overrides_of(const world_arguments& a);

// Reads --seeds, "1..1000", into `o.first` and `o.last`; without it both are --seed.
void read_seeds(const world_arguments& a, seeds_options& o);

// Writes the report to where --out and --json say. Throws std::runtime_error if a file cannot be
// written.
void write_outcome(const world_arguments& a, const report& r);

}  // namespace lingerd::sim
