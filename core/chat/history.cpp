#include "core/chat/history.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/json_writer.hpp"
#include "core/chat/event_json.hpp"
#include "core/chat/rules.hpp"
#include "core/loop/one_shot.hpp"

namespace lingerd {

task<result<std::string>> read_history(lingerd::loop& loop, const chat_state& state, store& store,
                                       user_id reader, conversation conversation, change_id before,
                                       std::size_t limit) {
  const result<void> allowed = rules::may_read(state.directory, reader, conversation);
  if (!allowed) co_return allowed.error();
  const change_id end = state.horizon + 1;
  std::vector<message_range> stays;
  if (conversation.is_group()) {
    const group* group = state.directory.group(conversation.group());
    for (const interval& stay : group->member(reader)->stays) {
      stays.push_back({conversation, stay.from, stay.until == 0 ? end : stay.until});
    }
  } else {
    stays.push_back({conversation, 0, end});
  }
  one_shot<result<message_list>> reply(loop);
  store.read_backward(conversation, std::move(stays), std::min(before, end), limit,
                      reply.callback());
  co_await reply.asleep.wait(wake::done);
  const result<message_list> list = reply.take();
  if (!list) co_return list.error();
  std::string out = R"({"messages":[)";
  for (const message_row& message : list->messages) {
    if (out.back() != '[') out += ',';
    event_json::message_for(out, message, reader);
  }
  out += R"(],"more":)";
  json_writer::boolean(out, list->truncated);
  out += '}';
  co_return out;
}

}  // namespace lingerd
