#include "sim/load/server_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace lingerd::sim {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr int start_time_ms = 30'000;
constexpr auto end_time = 15s;
constexpr auto check_interval = 5ms;

std::string describe_exit(int status) {
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

temporary_folder::temporary_folder() {
  std::string pattern = (fs::temp_directory_path() / "linger-sim-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) {
    throw std::runtime_error("cannot create a folder for the server: " +
                             std::string(std::strerror(errno)));
  }
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path sibling_linger() {
  std::error_code ec;
  return fs::read_symlink("/proc/self/exe", ec).parent_path() / "linger";
}

server_process::server_process(const fs::path& program, std::size_t clients,
                               const group_shape& groups)
    : program_(program.empty() ? sibling_linger() : program) {
  if (::access(program_.c_str(), X_OK) != 0) {
    throw std::runtime_error("cannot run " + program_.string() + ": " + std::strerror(errno));
  }
  import(clients, groups);
  serve();
}

server_process::~server_process() {
  if (is_running()) end();
}

pid_t server_process::start(const std::vector<std::string>& arguments, int output) {
  std::vector<std::string> words{program_.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  const std::string errors = (folder_.path() / "errors").string();
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error(std::string("cannot fork: ") + std::strerror(errno));
  if (child > 0) return child;
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // the server must not outlive the simulator
  if (::getppid() != parent) ::_exit(127);
  const int null_device = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const int error_file = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ::dup2(null_device, 0);
  ::dup2(output < 0 ? null_device : output, 1);
  ::dup2(error_file, 2);
  ::execv(argv.front(), argv.data());
  ::_exit(127);
}

void server_process::import(std::size_t clients, const group_shape& groups) {
  const fs::path lines = folder_.path() / "users.jsonl";
  const fs::path tokens = folder_.path() / "tokens";
  std::ofstream out(lines);
  out << import_text(clients, groups);
  out.close();
  if (!out) throw std::runtime_error("cannot write " + lines.string());
  const pid_t child = start({"import", lines.string(), "--data", (folder_.path() / "data").string(),
                             "--tokens", tokens.string()},
                            -1);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0)
    throw std::runtime_error("the import failed (" + describe_exit(status) +
                             "): " + last_error_line());
  accounts_ = read_accounts(tokens, clients);
}

void server_process::serve() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot create a pipe");
  pid_ = start(
      {"serve", "--data", (folder_.path() / "data").string(), "--listen", "127.0.0.1:0",
       "--send-burst", "1000000", "--send-per-second", "1000000", "--connections-max", "100000"},
      ends[1]);
  ::close(ends[1]);
  std::string line;
  pollfd wait{ends[0], POLLIN, 0};
  while (line.find('\n') == std::string::npos) {
    const int ready = ::poll(&wait, 1, start_time_ms);
    if (ready < 0 && errno == EINTR) continue;
    char part[512];
    const ssize_t n = ready > 0 ? ::read(ends[0], part, sizeof part) : 0;
    if (n <= 0) break;
    line.append(part, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  const std::size_t offset = line.find("http://");
  if (offset == std::string::npos) {
    end();
    throw std::runtime_error("the server did not start: " + last_error_line());
  }
  url_ = line.substr(offset, line.find('\n', offset) - offset);
}

bool server_process::is_running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  pid_ = -1;
  exit_reason_ = describe_exit(status);
  return false;
}

void server_process::end() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + end_time;
  while (is_running()) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(check_interval);
  }
}

std::string server_process::last_error_line() const {
  std::ifstream file(folder_.path() / "errors");
  std::string line;
  std::string last = "no message on stderr";
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace lingerd::sim
