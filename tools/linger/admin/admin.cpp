#include "tools/linger/admin/admin.hpp"

#include <algorithm>

#include "http/protocol/json_reader.hpp"
#include "tools/linger/admin/admin_command.hpp"
#include "tools/linger/admin/answers.hpp"

namespace lingerd {

namespace json = boost::json;

namespace {

using command_function = task<json::object> (*)(app_context&, json::object);

command_function find_command(std::string_view name) {
  for (const admin_noun* noun : admin_nouns()) {
    for (const admin_command& command : noun->commands) {
      if (admin_command_name(*noun, command) == name) return command.run;
    }
  }
  return name == "import" ? run_import : nullptr;
}

}  // namespace

std::span<const admin_noun* const> admin_nouns() {
  static constexpr const admin_noun* nouns[] = {&user_noun, &friend_noun, &group_noun, &clock_noun};
  return nouns;
}

std::string admin_command_name(const admin_noun& noun, const admin_command& command) {
  std::string name = std::string(noun.name) + "." + std::string(command.verb);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

task<json::object> admin::run(json::object command) {
  const auto name = json_reader::text(command, "do");
  if (!name) co_return refused(name.error());
  const command_function function = find_command(*name);
  if (!function) co_return refused(error::bad_request, "there is no command " + *name);
  json::object answer = co_await function(context_, std::move(command));
  co_return answer;
}

}  // namespace lingerd
