#include "tests/server/program.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace lingerd::server_tests {

using std::chrono::steady_clock;

namespace {

[[noreturn]] void failed(const std::string& message) {
  throw std::runtime_error(message + ": " + std::strerror(errno));
}

int file_in_memory(const char* name) {
  const int fd = ::memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) failed("memfd_create");
  return fd;
}

std::string all_of(int fd) {
  std::string text;
  char part[4096];
  for (;;) {
    const ssize_t n = ::pread(fd, part, sizeof part, static_cast<off_t>(text.size()));
    if (n < 0) failed("pread");
    if (n == 0) return text;
    text.append(part, static_cast<std::size_t>(n));
  }
}

std::vector<std::string> serve_arguments(const std::string& data, std::vector<std::string> more) {
  std::vector<std::string> all{"serve", "--data", data, "--listen", "127.0.0.1:0"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

void nap(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

temp_folder::temp_folder() {
  std::string form = (std::filesystem::temp_directory_path() / "linger_test.XXXXXX").string();
  if (!::mkdtemp(form.data())) failed("mkdtemp");
  path_ = form;
}

temp_folder::~temp_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

std::string beside_linger(std::string_view program) {
  const char* linger = std::getenv("LINGER_BIN");
  if (!linger) throw std::runtime_error("LINGER_BIN is not set");
  return std::filesystem::absolute(linger).replace_filename(program).string();
}

process::process(std::vector<std::string> arguments, std::string_view input, std::string_view name,
                 std::vector<std::string> environment) {
  std::string program = beside_linger(name);
  std::vector<char*> argv{program.data()};
  for (std::string& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  const int standard_input = file_in_memory("stdin");
  if (::write(standard_input, input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    failed("write");
  }
  ::lseek(standard_input, 0, SEEK_SET);
  out_ = file_in_memory("stdout");
  err_ = file_in_memory("stderr");
  pid_ = ::fork();
  if (pid_ < 0) failed("fork");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no server behind
    ::dup2(standard_input, 0);
    ::dup2(out_, 1);
    ::dup2(err_, 2);
    for (std::string& variable : environment) ::putenv(variable.data());
    ::execv(program.c_str(), argv.data());
    ::perror(program.c_str());
    ::_exit(127);
  }
  ::close(standard_input);
}

process::~process() {
  if (is_running()) {
    ::kill(pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
  }
  ::close(out_);
  ::close(err_);
}

std::string process::output() const { return all_of(out_); }
std::string process::errors() const { return all_of(err_); }

bool process::is_running() {
  if (ended_ >= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

void process::signal(int number) {
  if (is_running()) ::kill(pid_, number);
}

int process::wait(std::chrono::milliseconds longest) {
  const auto end = steady_clock::now() + longest;
  while (is_running()) {
    if (steady_clock::now() > end) throw std::runtime_error("the program does not end");
    nap();
  }
  return ended_;
}

ended run(std::vector<std::string> arguments, std::string_view input,
          std::vector<std::string> environment) {
  process p(std::move(arguments), input, "linger", std::move(environment));
  ended e;
  e.exit_code = p.wait();
  e.out = p.output();
  e.err = p.errors();
  return e;
}

ended run_simulator(std::vector<std::string> arguments, std::chrono::seconds longest) {
  process p(std::move(arguments), {}, "linger-sim");
  ended e;
  e.exit_code = p.wait(longest);
  e.out = p.output();
  e.err = p.errors();
  return e;
}

server::server(const std::string& data, std::vector<std::string> more,
               std::vector<std::string> environment)
    : process_(serve_arguments(data, std::move(more)), {}, "linger", std::move(environment)) {
  const std::string start = "listening on http://127.0.0.1:";
  const auto end = steady_clock::now() + patience;
  for (;;) {
    const bool runs = process_.is_running();
    const std::string text = process_.output();
    if (text.starts_with(start) && text.ends_with('\n')) {
      port_ = static_cast<std::uint16_t>(std::stoi(text.substr(start.size())));
      return;
    }
    if (!runs || steady_clock::now() > end) {
      throw std::runtime_error("the server does not listen: " + text + process_.errors());
    }
    nap();
  }
}

int server::stop() {
  process_.signal(SIGTERM);
  return process_.wait();
}

void server::kill() {
  process_.signal(SIGKILL);
  process_.wait();
}

}  // namespace lingerd::server_tests
