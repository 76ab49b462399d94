#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/loop/task.hpp"
#include "http/api/app_context.hpp"

// The table of the administration commands. Each noun (user, friend, group, clock) has a file with
// its verbs; the command line and the dispatch behind the admin socket are both made from this
// table.
namespace lingerd {

// One argument on the command line; it becomes one field of the command's JSON.
struct admin_argument {
  enum class kind : std::uint8_t {
    text,
    texts,     // one or more words; a list of strings
    count,     // 1 to 10,000; left out of the JSON unless present
    flag,      // a boolean, always in the JSON
    password,  // read from standard input, never from the command line
  };
  const char* field;   // in the JSON
  const char* option;  // as CLI11 declares it: "NAME" by position, "--name" by name
  const char* help = "";
  kind type = kind::text;
  bool is_required = false;  // an optional text is left out of the JSON where it is empty
};

// One verb of a noun. A command reports what it did as `lines_answer`, or why not as `refused`.
struct admin_command {
  std::string_view verb;  // "add"; two words ("member add") stand for nested subcommands
  const char* help;
  std::span<const admin_argument> arguments;
  // REQUIRES: the context outlives the task.
  task<boost::json::object> (*run)(app_context& context, boost::json::object fields);
};

struct admin_noun {
  const char* name;
  const char* help;
  std::span<const admin_command> commands;
  const char* nested_help = "";   // of the first word of verbs of two words
  const char* default_verb = "";  // where the command line gives none; empty: one is required
};

extern const admin_noun user_noun;
extern const admin_noun friend_noun;
extern const admin_noun group_noun;
extern const admin_noun clock_noun;
// All of them, in the order of the help.
std::span<const admin_noun* const> admin_nouns();

// Adds the users, friendships and groups of some lines of an import file, in their order; those
// that exist stay as they are (a user by name, a friendship also if it has ended, a group by owner
// and name). It reads "lines" (the file's objects), "first" (the number of the first line, for
// refusals) and "tokens" (true: sign every user of the lines in). The answer's "tokens" lists
// [name, id, token] for each session, "existing" counts the lines passed over, "notes" has a
// sentence for each of them that differs. The first refusal is the answer: the lines before it are
// imported.
task<boost::json::object> run_import(app_context& context, boost::json::object fields);

// The value of "do" for a command: "user.add", "group.member_add".
std::string admin_command_name(const admin_noun& noun, const admin_command& command);

}  // namespace lingerd
