#pragma once

#include <sys/types.h>

#include <cstdint>

namespace lingerd::sim {

// What a process has used so far, from /proc; zeroes where it is gone.
struct process_use {
  double cpu_s = 0;  // user and system, all threads
  std::uint64_t rss_anon_bytes = 0;
  std::uint64_t written_bytes = 0;  // that went to the disk
};

process_use use_of(pid_t process);

}  // namespace lingerd::sim
