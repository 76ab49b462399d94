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

std::string config_path(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& a = arguments[i];
    if (a == flag && i + 1 < arguments.size()) return arguments[i + 1];
    if (a.starts_with(flag) && a.size() > flag.size() && a[flag.size()] == '=') {
      return a.substr(flag.size() + 1);
    }
  }
  return {};
}

bool has_flag(const std::vector<std::string>& arguments, const std::string& name) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& a) {
    return a == name || (a.starts_with(name) && a.size() > name.size() && a[name.size()] == '=');
  });
}

struct setting {
  std::string name;
  std::vector<std::string> values;
};

// NAME = VALUE with TOML's bare words, numbers, strings and lists of strings; none for a line that
// is empty or a comment. CLI11's own reader skips lines that it cannot parse; here they are errors.
std::optional<setting> read_line(const std::string& line) {
  static const std::regex empty(R"re(\s*(#.*)?)re");
  static const std::regex text(R"re("[^"\\]*"|'[^']*')re");
  static const std::regex assignment(
      R"re(\s*([a-z][a-z-]*)\s*=\s*)re"
      R"re(([^"'\[\]\s#=]+|"[^"\\]*"|'[^']*'|\[\s*("[^"\\]*"\s*(,\s*"[^"\\]*"\s*)*)?\]))re"
      R"re(\s*(#.*)?)re");
  if (std::regex_match(line, empty)) return std::nullopt;
  std::smatch parts;
  if (!std::regex_match(line, parts, assignment)) throw std::runtime_error("expected NAME = VALUE");
  setting s{parts[1], {}};
  const std::string value = parts[2];
  if (value.front() != '[' && value.front() != '"' && value.front() != '\'') {
    s.values.push_back(value);
    return s;
  }
  for (std::sregex_iterator i(value.begin(), value.end(), text), end; i != end; ++i) {
    s.values.push_back(i->str().substr(1, i->str().size() - 2));
  }
  return s;
}

}  // namespace

void add_config_flag(CLI::App& app) {
  app.add_option(std::string(flag), "Read options from this file (TOML)")->type_name("FILE");
}

std::vector<std::string> with_config(std::vector<std::string> arguments) {
  const std::string file = config_path(arguments);
  if (file.empty()) return arguments;
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  if (std::filesystem::is_directory(file)) throw std::runtime_error(file + " is a folder");
  std::vector<std::string> flags;
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    try {
      const auto s = read_line(line);
      if (!s || "--" + s->name == flag || has_flag(arguments, "--" + s->name)) continue;
      for (const std::string& value : s->values) flags.push_back("--" + s->name + "=" + value);
    } catch (const std::exception& e) {
      throw std::runtime_error(file + ":" + std::to_string(number) + ": " + e.what());
    }
  }
  arguments.insert(arguments.begin() + 1, flags.begin(), flags.end());
  return arguments;
}

}  // namespace lingerd
