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
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/text.hpp"
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

// One line of the file, parsed.
struct numbered_line {
  std::size_t number = 0;
  std::size_t bytes = 0;
  json::value value;
};

// Thrown for a file of which nothing is imported.
[[noreturn]] void refuse_line(std::size_t number, const std::string& reason) {
  throw std::runtime_error("line " + std::to_string(number) + ": " + reason +
                           "; nothing of the file is imported");
}

// What a line adds, so that two lines that add the same are found; empty where that cannot be told.
std::string key_of(const json::object& line) {
  const auto text = [&line](std::string_view name) {
    const json::value* v = line.if_contains(name);
    return v && v->is_string() ? std::string(v->get_string()) : std::string();
  };
  if (line.contains("user")) return "the user " + fold(text("user"));
  if (line.contains("group")) return "the group " + text("group") + " of " + fold(text("owner"));
  return {};
}

// The lines of the file that are not empty. Throws std::runtime_error, before anything is imported,
// for a line that is no JSON object of a known kind, and for one that adds what an earlier one
// adds.
std::vector<numbered_line> read_lines(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  std::vector<numbered_line> lines;
  std::unordered_map<std::string, std::size_t> line_of_key;
  std::string text;
  for (std::size_t number = 1; std::getline(stream, text); ++number) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (number == 1 && text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (text.size() > chunk_bytes) refuse_line(number, "the line is too long");
    boost::system::error_code ec;
    numbered_line line{number, text.size() + 1, json::parse(text, ec)};
    if (ec) refuse_line(number, "not valid JSON");
    const json::object* o = line.value.if_object();
    if (!o || !(o->contains("user") || o->contains("friends") || o->contains("group"))) {
      refuse_line(number, "neither a user, nor friends, nor a group");
    }
    if (const std::string key = key_of(*o); !key.empty()) {
      const auto [earlier, is_new] = line_of_key.try_emplace(key, number);
      if (!is_new)
        refuse_line(number, key + " is on line " + std::to_string(earlier->second) + " too");
    }
    lines.push_back(std::move(line));
  }
  if (stream.bad()) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  return lines;
}

// The end of a chunk that begins at `begin`: lines without a gap, since the server counts them.
std::size_t end_of_chunk(const std::vector<numbered_line>& lines, std::size_t begin) {
  std::size_t bytes = 0;
  std::size_t end = begin;
  while (end < lines.size() && end - begin < chunk_lines &&
         bytes + lines[end].bytes <= chunk_bytes &&
         lines[end].number == lines[begin].number + (end - begin)) {
    bytes += lines[end++].bytes;
  }
  return end == begin ? begin + 1 : end;
}

void print_notes(const json::object& answer) {
  for (const json::value& note : answer.at("notes").as_array()) {
    std::fprintf(stderr, "linger: %s\n", printable(note.as_string()).c_str());
  }
}

int import_file(const std::filesystem::path& data, const std::string& file,
                const std::string& tokens) {
  std::vector<numbered_line> lines = read_lines(file);
  std::optional<token_file> token_output;
  if (!tokens.empty()) token_output.emplace(tokens);
  admin_client client(data);
  std::size_t existing = 0;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = end_of_chunk(lines, begin);
    json::array chunk;
    for (std::size_t i = begin; i < end; ++i) chunk.push_back(std::move(lines[i].value));
    json::object command;
    command["do"] = "import";
    command["first"] = lines[begin].number;
    command["tokens"] = token_output.has_value();
    command["lines"] = std::move(chunk);
    const json::object answer = client.run(std::move(command));
    if (answer.contains("refused")) return print_refusal(answer);
    print_notes(answer);
    existing += answer.at("existing").to_number<std::size_t>();
    if (token_output) token_output->write(answer.at("tokens").as_array());
    begin = end;
  }
  std::printf("imported %zu lines", lines.size() - existing);
  if (existing > 0) std::printf(", %zu were there already", existing);
  std::printf("\n");
  return 0;
}

}  // namespace

void import_command(CLI::App& program, int& exit_code) {
  struct arguments {
    std::filesystem::path data;
    std::string file, tokens;
  };
  auto a = std::make_shared<arguments>();
  CLI::App* command = program.add_subcommand("import",
                                             "Add users, friendships and groups from a file of "
                                             "JSON lines; what exists already stays as it "
                                             "is, so that a file may be imported again");
  command->add_option("FILE", a->file, "One JSON object a line")->required();
  command->add_option("--data", a->data, "The server's data folder")
      ->required()
      ->envname("LINGER_DATA");
  command->add_option("--tokens", a->tokens,
                      "Sign in each user of the file and write name, id and token to this file");
  command->callback([a, &exit_code] { exit_code = import_file(a->data, a->file, a->tokens); });
}

}  // namespace lingerd
