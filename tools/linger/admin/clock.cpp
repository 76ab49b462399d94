#include "core/base/json_writer.hpp"
#include "core/base/log.hpp"
#include "tools/linger/admin/admin_command.hpp"
#include "tools/linger/admin/answers.hpp"

// linger clock: whether the server's clock is trusted, and a person's word for it.
namespace lingerd {

namespace json = boost::json;

namespace {

std::string utc(wall_ms t) {
  std::string quoted;
  json_writer::timestamp(quoted, t);
  return quoted.substr(1, quoted.size() - 2);
}

// Fields separated by tabs: the time that messages get, and why it is trusted or is not.
std::string describe(const wall_clock::reading& clock) {
  const char* trust = clock.accepted
                          ? "accepted until the server restarts or a time service answers"
                      : clock.synced ? "set by a time service"
                                     : "not trusted: no time service has set it";
  return utc(clock.now) + "\t" + trust;
}

task<json::object> show(app_context& context, json::object) {
  const std::string line = describe(context.chat.wall());
  co_return line_answer(line);
}

task<json::object> accept(app_context& context, json::object) {
  context.chat.accept_clock();
  const std::string line = describe(context.chat.wall());
  log::info("the clock was accepted by a command: " + line);
  co_return line_answer(line);
}

constexpr admin_command commands[] = {
    {"show", "Show the server's time, and whether it is trusted", {}, show},
    {"accept", "Trust the clock as it is set, where no time service answers", {}, accept},
};

}  // namespace

const admin_noun clock_noun{"clock", "Show the server's clock, or accept it", commands, "", "show"};

}  // namespace lingerd
