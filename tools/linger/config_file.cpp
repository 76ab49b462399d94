#include "tools/linger/config_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <sstream>
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

// A part of the file that has one assignment: its first line's number, and its lines.
struct statement {
  int line = 0;
  std::string text;
  bool is_complete = true;  // false: a text or a list is open at the end of the file
};

// Follows texts, comments and brackets, to tell where a statement ends.
class statement_end {
 public:
  // Looks at one line with its end. Returns whether the statement ends with it.
  bool after(std::string_view line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string_view rest = line.substr(i);
      if (!quote_.empty()) {
        if (quote_.front() == '"' && rest.front() == '\\') {
          ++i;
        } else if (rest.starts_with(quote_)) {
          i += quote_.size() - 1;
          quote_.clear();
        }
      } else if (rest.front() == '#') {
        break;
      } else if (rest.front() == '"' || rest.front() == '\'') {
        const bool has_lines = rest.starts_with("\"\"\"") || rest.starts_with("'''");
        quote_ = rest.substr(0, has_lines ? 3 : 1);
        i += quote_.size() - 1;
      } else if (rest.front() == '[' || rest.front() == '{') {
        ++depth_;
      } else if (rest.front() == ']' || rest.front() == '}') {
        --depth_;
      }
    }
    if (quote_.size() == 1) quote_.clear();  // a text of one line that is not closed: an error
    return quote_.empty() && depth_ <= 0;
  }

 private:
  std::string quote_;
  int depth_ = 0;
};

std::vector<statement> split(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<statement> all;
  statement_end end;
  bool is_open = false;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    if (!is_open) {
      all.push_back({number, {}, true});
      end = {};
    }
    all.back().text += text.substr(0, length);
    is_open = !end.after(text.substr(0, length));
    text.remove_prefix(length);
  }
  if (is_open) all.back().is_complete = false;
  return all;
}

// NAME = WORD with quotes around the word, which TOML wants and this file does not need: `log =
// debug`, `title = Linger`. Numbers are taken as text, too, but those that only TOML knows (1_000).
std::string quote_word(const std::string& text) {
  static const std::regex word(
      R"re(([ \t]*[a-z][a-z-]*[ \t]*=[ \t]*)([^"'\[\]{}\s#=]+)([ \t]*(?:#[^\r\n]*)?\r?\n?))re");
  static const std::regex toml_number(R"re([+-]?[0-9]+(_[0-9]+)+)re");
  std::smatch parts;
  if (!std::regex_match(text, parts, word)) return text;
  const std::string value = parts[2];
  if (std::regex_match(value, toml_number)) return text;
  return parts[1].str() + "'" + value + "'" + parts[3].str();
}

std::string value_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* number = node.as_floating_point()) {
    std::ostringstream out;
    out << number->get();
    return out.str();
  }
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  throw std::runtime_error("a value is a text, a number, true, false, or a list of these");
}

// None for a statement that is empty or a comment. Throws std::exception.
std::optional<setting> read_statement(const statement& s) {
  if (!s.is_complete) throw std::runtime_error("a text or a list is not closed");
  const toml::table table = toml::parse(quote_word(s.text));
  if (table.empty()) return std::nullopt;
  // The pair lies in the iterator, which therefore has to live on.
  const auto first = table.begin();
  const auto& [key, node] = *first;
  setting read{std::string(key.str()), {}};
  static const std::regex name("[a-z][a-z0-9-]*");
  if (node.is_table() || !std::regex_match(read.name, name)) {
    throw std::runtime_error("expected NAME = VALUE");
  }
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& element : *list) read.values.push_back(value_of(element));
  } else {
    read.values.push_back(value_of(node));
  }
  return read;
}

std::string read_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  if (std::filesystem::is_directory(file)) throw std::runtime_error(file + " is a folder");
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

void add_config_flag(CLI::App& app) {
  app.add_option(std::string(flag), "Read options from this file (TOML)")->type_name("FILE");
}

std::vector<std::string> with_config(std::vector<std::string> arguments) {
  const std::string file = config_path(arguments);
  if (file.empty()) return arguments;
  std::vector<std::string> flags;
  const auto fail = [&file](int line, std::string_view reason) {
    throw std::runtime_error(file + ":" + std::to_string(line) + ": " + std::string(reason));
  };
  for (const statement& part : split(read_file(file))) {
    try {
      const auto s = read_statement(part);
      if (!s || "--" + s->name == flag || has_flag(arguments, "--" + s->name)) continue;
      for (const std::string& value : s->values) flags.push_back("--" + s->name + "=" + value);
    } catch (const toml::parse_error& e) {
      // At the end of a statement the parser names the line after it.
      const auto lines = std::count(part.text.begin(), part.text.end(), '\n');
      const auto line = std::min<long>(e.source().begin.line, std::max<long>(lines, 1));
      fail(part.line + static_cast<int>(line) - 1, e.description());
    } catch (const std::exception& e) {
      fail(part.line, e.what());
    }
  }
  arguments.insert(arguments.begin() + 1, flags.begin(), flags.end());
  return arguments;
}

}  // namespace lingerd
