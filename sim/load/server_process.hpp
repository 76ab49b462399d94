#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "sim/client/accounts.hpp"

namespace lingerd::sim {

// A temporary folder that is removed together with its owner.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A `linger serve` process on a free port, with the users of a run imported. Runs in a process
// group of its own, so that Ctrl-C reaches only the simulator, which then ends the server in order.
class server_process {
 public:
  // Imports the users, starts the server and waits until it listens. Throws std::runtime_error with
  // the last line of the server's stderr.
  server_process(const std::filesystem::path& program, std::size_t clients,
                 const group_shape& groups);
  ~server_process();
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  const std::string& url() const { return url_; }
  const std::vector<account>& accounts() const { return accounts_; }
  pid_t pid() const { return pid_; }
  // False once it has ended; exit_reason() then describes how.
  bool is_running();
  const std::string& exit_reason() const { return exit_reason_; }
  // Ends the server with SIGTERM; with SIGKILL after 15 s.
  void end();

 private:
  pid_t start(const std::vector<std::string>& arguments, int output);
  void import(std::size_t clients, const group_shape& groups);
  void serve();
  std::string last_error_line() const;  // of its stderr

  temporary_folder folder_;
  const std::filesystem::path program_;
  std::string url_;
  std::vector<account> accounts_;
  pid_t pid_ = -1;
  std::string exit_reason_;
};

// The `linger` program in the folder of the running program.
std::filesystem::path sibling_linger();

}  // namespace lingerd::sim
