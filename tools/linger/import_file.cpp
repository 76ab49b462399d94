#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tools/linger/admin_client.hpp"
#include "tools/linger/commands.hpp"

// linger import: reads the file and sends it to the server, or applies it, in chunks of lines.
namespace lingerd {

namespace json = boost::json;

namespace {

constexpr std::size_t chunk_bytes =
    1024 * 1024;  // well below the server's limit for a command's body
constexpr std::size_t chunk_lines = 2000;

// The file for the sessions' tokens. Only its owner may read it, from the first byte on. Throws
// std::runtime_error if it cannot be written.
class token_file {
 public:
  explicit token_file(const std::string& path)
      : path_(path), fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    if (fd_ < 0 || ::fchmod(fd_, 0600) != 0) throw_errno();
  }
  ~token_file() { ::close(fd_); }
  token_file(const token_file&) = delete;
  token_file& operator=(const token_file&) = delete;

  void write(const json::array& tokens) {
    std::string text;
    for (const json::value& token : tokens) {
      const json::array& t = token.as_array();
      text += std::string(t.at(0).as_string()) + "\t" + std::to_string(t.at(1).to_number<long>()) +
              "\t" + std::string(t.at(2).as_string()) + "\n";
    }
    std::string_view left = text;
    while (!left.empty()) {
      const ssize_t n = ::write(fd_, left.data(), left.size());
      if (n < 0) throw_errno();
      left.remove_prefix(static_cast<std::size_t>(n));
    }
  }

 private:
  [[noreturn]] void throw_errno() {
    throw std::runtime_error("cannot write " + path_ + ": " + std::strerror(errno));
  }
  std::string path_;
  int fd_;
};

int import_file(const std::filesystem::path& data, const std::string& file,
                const std::string& tokens) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  std::optional<token_file> token_output;
  if (!tokens.empty()) token_output.emplace(tokens);
  admin_client client(data);

  json::array chunk;
  std::size_t bytes = 0;
  std::size_t number = 0;       // of the current line
  std::size_t chunk_first = 1;  // of the chunk's first line
  std::size_t imported = 0;
  int exit_code = 0;

  const auto flush = [&] {
    if (chunk.empty()) return true;
    json::object command;
    command["do"] = "import";
    command["first"] = chunk_first;
    command["tokens"] = token_output.has_value();
    imported += chunk.size();
    command["lines"] = std::move(chunk);
    chunk = json::array();
    bytes = 0;
    const json::object answer = client.run(std::move(command));
    if (answer.contains("refused")) {
      exit_code = print_refusal(answer);
      return false;
    }
    if (token_output) token_output->write(answer.at("tokens").as_array());
    return true;
  };

  std::string line;
  while (std::getline(stream, line)) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(" \t") == std::string::npos) {
      // An empty line ends a chunk: the server counts a chunk's lines without gaps.
      if (!flush()) return exit_code;
      chunk_first = number + 1;
      continue;
    }
    boost::system::error_code ec;
    json::value v = json::parse(line, ec);
    if (ec || line.size() > chunk_bytes) {
      if (!flush()) return exit_code;
      std::fprintf(stderr, "linger: line %zu: %s\n", number,
                   ec ? "not valid JSON" : "the line is too long");
      return 1;
    }
    if (bytes + line.size() > chunk_bytes || chunk.size() >= chunk_lines) {
      if (!flush()) return exit_code;
    }
    if (chunk.empty()) chunk_first = number;
    bytes += line.size() + 1;
    chunk.push_back(std::move(v));
  }
  if (!flush()) return exit_code;
  std::printf("imported %zu lines\n", imported);
  return 0;
}

}  // namespace

void import_command(CLI::App& program, int& exit_code) {
  struct arguments {
    std::filesystem::path data;
    std::string file, tokens;
  };
  auto a = std::make_shared<arguments>();
  CLI::App* command = program.add_subcommand(
      "import", "Add users, friendships and groups from a file of JSON lines");
  command->add_option("FILE", a->file, "One JSON object a line")->required();
  command->add_option("--data", a->data, "The server's data folder")
      ->required()
      ->envname("LINGER_DATA");
  command->add_option("--tokens", a->tokens,
                      "Sign in each user of the file and write name, id and token to this file");
  command->callback([a, &exit_code] { exit_code = import_file(a->data, a->file, a->tokens); });
}

}  // namespace lingerd
