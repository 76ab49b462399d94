#include <termios.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <cstdio>
#include <functional>
#include <iostream>
#include <string>

#include "tools/linger/admin/admin_command.hpp"
#include "tools/linger/admin_client.hpp"
#include "tools/linger/commands.hpp"

// The command line of user, friend and group, made from the table in admin/admin_command.hpp: the
// arguments become a JSON command, which the folder's server runs, or this process.
namespace lingerd {

namespace json = boost::json;

namespace {

// Adds a field to the command's JSON once the command line is parsed.
using fill_function = std::function<void(json::object&)>;

// One line from standard input, without its end. On a terminal nothing is echoed.
std::string read_password(const char* prompt) {
  std::string line;
  const bool is_terminal = ::isatty(STDIN_FILENO) != 0;
  termios usual{};
  if (is_terminal) {
    std::fprintf(stderr, "%s", prompt);
    ::tcgetattr(STDIN_FILENO, &usual);
    termios quiet = usual;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  std::getline(std::cin, line);
  if (is_terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual);
    std::fprintf(stderr, "\n");
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

fill_function add_text(CLI::App& app, const admin_argument& a) {
  auto text = std::make_shared<std::string>();
  app.add_option(a.option, *text, a.help)->required(a.is_required);
  return [a, text](json::object& o) {
    if (a.is_required || !text->empty()) o[a.field] = *text;
  };
}

fill_function add_texts(CLI::App& app, const admin_argument& a) {
  auto texts = std::make_shared<std::vector<std::string>>();
  app.add_option(a.option, *texts, a.help)->required(a.is_required);
  return [a, texts](json::object& o) {
    json::array list;
    for (const std::string& text : *texts) list.emplace_back(text);
    o[a.field] = std::move(list);
  };
}

fill_function add_count(CLI::App& app, const admin_argument& a) {
  auto count = std::make_shared<std::uint32_t>(0);
  app.add_option(a.option, *count, a.help)->required(a.is_required)->check(CLI::Range(1, 10'000));
  return [a, count](json::object& o) {
    if (*count > 0) o[a.field] = *count;
  };
}

fill_function add_flag(CLI::App& app, const admin_argument& a) {
  auto is_set = std::make_shared<bool>(false);
  app.add_flag(a.option, *is_set, a.help);
  return [a, is_set](json::object& o) { o[a.field] = *is_set; };
}

// A required password is always read; an optional one by its flag, or from a terminal.
fill_function add_password(CLI::App& app, const admin_argument& a) {
  auto is_set = std::make_shared<bool>(false);
  app.add_flag(a.option, *is_set, a.help);
  return [a, is_set](json::object& o) {
    if (a.is_required) {
      o[a.field] = read_password("New password: ");
    } else if (*is_set || ::isatty(STDIN_FILENO)) {
      o[a.field] =
          read_password("Password (with none set the account cannot sign in with a password): ");
    }
  };
}

fill_function add_argument(CLI::App& app, const admin_argument& a) {
  switch (a.type) {
    case admin_argument::kind::texts: return add_texts(app, a);
    case admin_argument::kind::count: return add_count(app, a);
    case admin_argument::kind::flag: return add_flag(app, a);
    case admin_argument::kind::password: return add_password(app, a);
    case admin_argument::kind::text: break;
  }
  return add_text(app, a);
}

// The parent of a verb: the noun's own subcommand, or for "member add" the nested one, "member".
CLI::App& parent_of(CLI::App& app, const admin_noun& noun, std::string_view verb) {
  const auto space = verb.find(' ');
  if (space == std::string_view::npos) return app;
  const std::string name(verb.substr(0, space));
  const auto has_name = [&](const CLI::App* sub) { return sub->get_name() == name; };
  if (const auto found = app.get_subcommands(has_name); !found.empty()) return *found.front();
  CLI::App* nested = app.add_subcommand(name, noun.nested_help);
  nested->require_subcommand(1);
  return *nested;
}

void add_command(CLI::App& app, const admin_noun& noun, const admin_command& command,
                 int& exit_code) {
  const std::string verb(command.verb.substr(command.verb.find(' ') + 1));
  CLI::App* sub = parent_of(app, noun, command.verb).add_subcommand(verb, command.help);
  auto data = std::make_shared<std::filesystem::path>();
  sub->add_option("--data", *data, "The server's data folder")->required()->envname("LINGER_DATA");
  std::vector<fill_function> fill;
  for (const admin_argument& a : command.arguments) fill.push_back(add_argument(*sub, a));
  sub->callback([name = admin_command_name(noun, command), data, fill, &exit_code] {
    json::object o;
    o["do"] = name;
    for (const fill_function& add_field : fill) add_field(o);
    exit_code = run_and_print(*data, std::move(o));
  });
}

void add_noun(CLI::App& program, const admin_noun& noun, int& exit_code) {
  CLI::App* app = program.add_subcommand(noun.name, noun.help);
  app->require_subcommand(1);
  for (const admin_command& command : noun.commands) add_command(*app, noun, command, exit_code);
}

}  // namespace

std::vector<std::string> with_default_verb(std::vector<std::string> arguments) {
  for (const admin_noun* noun : admin_nouns()) {
    if (arguments.empty() || arguments[0] != noun->name || !*noun->default_verb) continue;
    const bool has_verb = arguments.size() > 1 && !arguments[1].starts_with('-');
    const bool asks_help =
        arguments.size() > 1 && (arguments[1] == "--help" || arguments[1] == "-h");
    if (!has_verb && !asks_help) arguments.insert(arguments.begin() + 1, noun->default_verb);
  }
  return arguments;
}

void admin_commands(CLI::App& program, int& exit_code) {
  for (const admin_noun* noun : admin_nouns()) add_noun(program, *noun, exit_code);
}

}  // namespace lingerd
