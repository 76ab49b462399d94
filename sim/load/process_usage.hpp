#pragma once

#include <sys/types.h>

#include <cstdint>

namespace lingerd::sim {

// Resource usage of a process from /proc; zeroes if the process is gone.
struct process_usage {
  double cpu_s = 0;  // user and system, all threads
  std::uint64_t rss_anon_bytes = 0;
  std::uint64_t written_bytes = 0;  // written to the disk
};

process_usage usage_of(pid_t process);

}  // namespace lingerd::sim
