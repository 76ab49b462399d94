#include "tools/linger/config_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <regex>
#include <sstream>
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

// CLI11's reader passes over what it does not understand; a board's owner would rather be told.
void check_line(const std::string& line) {
  static const std::regex fine(
      R"re(\s*(#.*)?|\s*[a-z][a-z-]*\s*=\s*([^"'\[\]\s#=]+|"[^"\\]*"|'[^']*'|)re"
      R"re(\[\s*("[^"\\]*"\s*(,\s*"[^"\\]*"\s*)*)?\])\s*(#.*)?)re");
  if (!std::regex_match(line, fine)) throw std::runtime_error("this is not NAME = VALUE");
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
  std::vector<std::string> all;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    try {
      check_line(line);
      std::istringstream one(line);
      for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(one)) {
        const std::string name = "--" + item.name;
        if (name == flag || is_given(arguments, name)) continue;
        for (const std::string& value : item.inputs) all.push_back(name + "=" + value);
      }
    } catch (const std::exception& e) {
      throw std::runtime_error(file + ":" + std::to_string(number) + ": " + e.what());
    }
  }
  // Behind the command's name.
  arguments.insert(arguments.begin() + 1, all.begin(), all.end());
  return arguments;
}

}  // namespace lingerd
