#include <termios.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <cstdio>
#include <iostream>
#include <string>

#include "tools/linger/commands.hpp"
#include "tools/linger/admin_client.hpp"

// user, friend, group: what is typed becomes a command for the folder's server, or for the folder.
namespace lingerd {

namespace json = boost::json;

namespace {

struct arguments {
  std::filesystem::path data;
  std::string name, other, display, owner, brief;
  std::vector<std::string> users;
  std::uint32_t max_members = 0;
  bool admin = false;
  bool password_stdin = false;
};

// One line from standard input, without its end. On a terminal nothing is echoed.
std::string read_password(const char* prompt) {
  std::string line;
  const bool terminal = ::isatty(STDIN_FILENO) != 0;
  termios before{};
  if (terminal) {
    std::fprintf(stderr, "%s", prompt);
    ::tcgetattr(STDIN_FILENO, &before);
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  std::getline(std::cin, line);
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fprintf(stderr, "\n");
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

class group_of_commands {
 public:
  group_of_commands(CLI::App& program, const char* noun, const char* what, int& exit_code)
      : noun_(noun), exit_code_(exit_code), app_(program.add_subcommand(noun, what)) {
    app_->require_subcommand(1);
  }

  CLI::App& parent() { return *app_; }

  // A command of its own options; `fill` makes the JSON's fields of them.
  CLI::App& add(CLI::App& to, const std::string& typed, const std::string& verb, const char* what,
                std::function<void(json::object&)> fill) {
    CLI::App* command = to.add_subcommand(typed, what);
    command->add_option("--data", given->data, "The server's data folder")
        ->required()
        ->envname("LINGER_DATA");
    command->callback(
        [this_noun = noun_, verb, fill = std::move(fill), given = given, &exit_code = exit_code_] {
          json::object c;
          c["do"] = this_noun + "." + verb;
          fill(c);
          exit_code = run_and_print(given->data, std::move(c));
        });
    return *command;
  }

  std::shared_ptr<arguments> given = std::make_shared<arguments>();

 private:
  std::string noun_;
  int& exit_code_;
  CLI::App* app_;
};

}  // namespace

void user_command(CLI::App& program, int& exit_code) {
  group_of_commands user(program, "user", "Add, list and change accounts", exit_code);
  auto a = user.given;
  const auto name = [a](json::object& c) { c["name"] = a->name; };

  CLI::App& add = user.add(user.parent(), "add", "add", "Add an account", [a](json::object& c) {
    c["name"] = a->name;
    if (!a->display.empty()) c["display"] = a->display;
    c["admin"] = a->admin;
    if (a->password_stdin || ::isatty(STDIN_FILENO)) {
      c["password"] = read_password("Password (empty: he cannot sign in with one): ");
    }
  });
  add.add_option("NAME", a->name)->required();
  add.add_option("--display", a->display, "What others see");
  add.add_flag("--admin", a->admin, "May administer");
  add.add_flag("--password-stdin", a->password_stdin, "Read the password from standard input");

  user.add(user.parent(), "list", "list", "List the accounts", [](json::object&) {});

  CLI::App& passwd =
      user.add(user.parent(), "passwd", "passwd", "Set a password", [a](json::object& c) {
        c["name"] = a->name;
        c["password"] = read_password("New password: ");
      });
  passwd.add_option("NAME", a->name)->required();
  passwd.add_flag("--password-stdin", a->password_stdin, "Read the password from standard input");

  user.add(user.parent(), "disable", "disable", "End his sessions and let him in no more", name)
      .add_option("NAME", a->name)
      ->required();
  user.add(user.parent(), "enable", "enable", "Let him in again", name)
      .add_option("NAME", a->name)
      ->required();
  user.add(user.parent(), "remove", "remove", "Remove an account; its messages stay", name)
      .add_option("NAME", a->name)
      ->required();
}

void friend_command(CLI::App& program, int& exit_code) {
  group_of_commands friends(program, "friend", "Make and end friendships", exit_code);
  auto a = friends.given;
  const auto both = [a](json::object& c) {
    c["a"] = a->name;
    c["b"] = a->other;
  };
  for (const char* verb : {"add", "remove"}) {
    const bool adds = std::string(verb) == "add";
    CLI::App& command = friends.add(friends.parent(), verb, verb,
                                    adds ? "Make two users friends" : "End a friendship", both);
    command.add_option("A", a->name)->required();
    command.add_option("B", a->other)->required();
  }
  friends
      .add(friends.parent(), "list", "list", "List a user's friends",
           [a](json::object& c) { c["a"] = a->name; })
      .add_option("NAME", a->name)
      ->required();
}

void group_command(CLI::App& program, int& exit_code) {
  group_of_commands group(program, "group", "Add groups and change their members", exit_code);
  auto a = group.given;
  const auto list_of = [](const std::vector<std::string>& all) {
    json::array out;
    for (const std::string& one : all) out.emplace_back(one);
    return out;
  };

  CLI::App& add = group.add(group.parent(), "add", "add", "Add a group", [a](json::object& c) {
    c["name"] = a->name;
    c["owner"] = a->owner;
    c["brief"] = a->brief;
    if (a->max_members > 0) c["max_members"] = a->max_members;
  });
  add.add_option("NAME", a->name)->required();
  add.add_option("--owner", a->owner, "The user who owns it")->required();
  add.add_option("--brief", a->brief, "What it is about");
  add.add_option("--max-members", a->max_members, "At most so many (200)")
      ->check(CLI::Range(1, 10'000));

  CLI::App* member = group.parent().add_subcommand("member", "Add and remove members");
  member->require_subcommand(1);
  const auto members = [a, list_of](json::object& c) {
    c["name"] = a->name;
    c["users"] = list_of(a->users);
  };
  for (const char* verb : {"add", "remove"}) {
    CLI::App& command =
        group.add(*member, verb, std::string("member_") + verb, "Change the members", members);
    command.add_option("GROUP", a->name, "Its name or number")->required();
    command.add_option("USER", a->users)->required();
  }

  group.add(group.parent(), "list", "list", "List the groups", [](json::object&) {});
  group
      .add(group.parent(), "show", "show", "Show a group",
           [a](json::object& c) { c["name"] = a->name; })
      .add_option("GROUP", a->name, "Its name or number")
      ->required();
}

}  // namespace lingerd
