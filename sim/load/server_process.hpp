#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "sim/client/accounts.hpp"

namespace lingerd::sim {

// A folder that goes with its owner.
class own_folder {
 public:
  own_folder();
  ~own_folder();
  own_folder(const own_folder&) = delete;
  own_folder& operator=(const own_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A `linger serve` of our own on a free port, with the users of a run. Out of our terminal's group:
// Ctrl-C is for us, and we end it in order.
class server_process {
 public:
  // Imports, starts, and waits until it answers. Throws std::runtime_error with what it said.
  server_process(const std::filesystem::path& program, std::size_t clients,
                 const group_shape& groups);
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  const std::string& url() const { return url_; }
  const std::vector<account>& people() const { return people_; }
  pid_t pid() const { return pid_; }
  // False once it has ended; how() then says it in words.
  bool is_running();
  const std::string& how() const { return how_; }
  // In order, with patience.
  void end();

 private:
  pid_t start(const std::vector<std::string>& arguments, int output);
  void import(std::size_t clients, const group_shape& groups);
  void serve();
  std::string said() const;  // its last words on stderr

  own_folder folder_;
  const std::filesystem::path program_;
  std::string url_;
  std::vector<account> people_;
  pid_t pid_ = -1;
  std::string how_;
};

// The `linger` that lies beside our own program.
std::filesystem::path linger_beside_us();

}  // namespace lingerd::sim
