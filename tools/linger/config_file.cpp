#include "tools/linger/config_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <stdexcept>

namespace lingerd {
namespace {

constexpr std::string_view flag = "--config";

std::string file_named_in(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& a = arguments[i];
    if (a == flag && i + 1 < arguments.size()) return arguments[i + 1];
    if (a.starts_with(flag) && a.size() > flag.size() && a[flag.size()] == '=') {
      return a.substr(flag.size() + 1);
    }
  }
  return {};
}

bool is_given(const std::vector<std::string>& arguments, const std::string& name) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& a) {
    return a == name || (a.starts_with(name) && a.size() > name.size() && a[name.size()] == '=');
  });
}

struct setting {
  std::string name;
  std::vector<std::string> values;
};

// NAME = VALUE, as TOML writes words, numbers, texts and lists of texts. CLI11's reader passes over
// what it does not understand; a board's owner would rather be told.
std::optional<setting> read_line(const std::string& line) {
  static const std::regex nothing(R"re(\s*(#.*)?)re");
  static const std::regex text(R"re("[^"\\]*"|'[^']*')re");
  static const std::regex whole(
      R"re(\s*([a-z][a-z-]*)\s*=\s*)re"
      R"re(([^"'\[\]\s#=]+|"[^"\\]*"|'[^']*'|\[\s*("[^"\\]*"\s*(,\s*"[^"\\]*"\s*)*)?\]))re"
      R"re(\s*(#.*)?)re");
  if (std::regex_match(line, nothing)) return std::nullopt;
  std::smatch parts;
  if (!std::regex_match(line, parts, whole)) throw std::runtime_error("this is not NAME = VALUE");
  setting s{parts[1], {}};
  const std::string value = parts[2];
  if (value.front() != '[' && value.front() != '"' && value.front() != '\'') {
    s.values.push_back(value);
    return s;
  }
  for (std::sregex_iterator at(value.begin(), value.end(), text), end; at != end; ++at) {
    s.values.push_back(at->str().substr(1, at->str().size() - 2));
  }
  return s;
}

}  // namespace

void add_config_flag(CLI::App& to) {
  to.add_option(std::string(flag), "Read options from this file (TOML)")->type_name("FILE");
}

std::vector<std::string> with_config(std::vector<std::string> arguments) {
  const std::string file = file_named_in(arguments);
  if (file.empty()) return arguments;
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  if (std::filesystem::is_directory(file)) throw std::runtime_error(file + " is a folder");
  std::vector<std::string> all;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    try {
      const auto s = read_line(line);
      if (!s || "--" + s->name == flag || is_given(arguments, "--" + s->name)) continue;
      for (const std::string& value : s->values) all.push_back("--" + s->name + "=" + value);
    } catch (const std::exception& e) {
      throw std::runtime_error(file + ":" + std::to_string(number) + ": " + e.what());
    }
  }
  // Behind the command's name.
  arguments.insert(arguments.begin() + 1, all.begin(), all.end());
  return arguments;
}

}  // namespace lingerd
