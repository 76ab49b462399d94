#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// Starts the real programs: LINGER_BIN and those in its folder. Signals only processes it started.
namespace lingerd::server_tests {

// The longest wait for anything that is expected at once.
constexpr std::chrono::seconds patience{20};

// Sleeps; the default is the interval between two checks of a condition.
void nap(std::chrono::milliseconds time = std::chrono::milliseconds(2));

// A new temporary folder, removed with its contents at destruction.
class temp_folder {
 public:
  temp_folder();
  ~temp_folder();
  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

void write_file(const std::string& path, std::string_view text);
std::string read_file(const std::string& path);

// A process of one of the programs. Its standard streams are files in memory, so that it never
// blocks on a full pipe.
class process {
 public:
  // `environment`: "NAME=value", added to this process's own.
  explicit process(std::vector<std::string> arguments, std::string_view input = {},
                   std::string_view program = "linger", std::vector<std::string> environment = {});
  ~process();  // kills it if it still runs
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  std::string output() const;
  std::string errors() const;
  pid_t pid() const { return pid_; }
  bool is_running();
  void signal(int number);
  // The exit code, or 128 + the signal that ended it. Throws std::runtime_error on a timeout.
  int wait(std::chrono::milliseconds longest = patience);

 private:
  pid_t pid_ = -1;
  int ended_ = -1;
  int out_ = -1;
  int err_ = -1;
};

struct ended {
  int exit_code = -1;
  std::string out, err;
};

// The path of a program in the folder of LINGER_BIN. Throws if LINGER_BIN is not set.
std::string beside_linger(std::string_view program);

// Runs `linger` to its end.
ended run(std::vector<std::string> arguments, std::string_view input = {},
          std::vector<std::string> environment = {});
// Runs `linger-sim` to its end.
ended run_simulator(std::vector<std::string> arguments,
                    std::chrono::seconds longest = std::chrono::seconds(60));

// `linger serve` on a free port; the constructor returns once it listens.
class server {
 public:
  explicit server(const std::string& data, std::vector<std::string> more = {},
                  std::vector<std::string> environment = {});

  std::uint16_t port() const { return port_; }
  std::string output() const { return process_.output(); }
  std::string errors() const { return process_.errors(); }
  int stop();  // SIGTERM; the exit code
  int wait() { return process_.wait(); }
  pid_t pid() const { return process_.pid(); }
  void kill();

 private:
  process process_;
  std::uint16_t port_ = 0;
};

}  // namespace lingerd::server_tests
