#include "sim/world/check/message_checker.hpp"

#include "core/base/json_writer.hpp"
#include "sim/world/check/json_fields.hpp"

namespace lingerd::sim {

namespace json = boost::json;

namespace {

bool has_timestamp(const json::object& message, const oracle_message& m) {
  std::string timestamp;
  json_writer::timestamp(timestamp, m.timestamp);
  return serialized_field(message, "timestamp") == timestamp;
}

}  // namespace

conversation conversation_of(const json::object& o, user_id me, std::string_view field) {
  const auto party = static_cast<std::uint32_t>(number_field(o, field));
  return text_field(o, "type") == "group" ? conversation::group(party)
                                          : conversation::single(me, party);
}

std::string difference_from_stored(world_context& context, user_id reader, const json::object& o) {
  const change_id id = number_field(o, "id");
  const oracle_message* m = context.oracle.message(id);
  if (!m) return "is not on disk";
  const attempt& a = context.oracle.all_attempts()[m->attempt];
  if (text_field(o, "msg") != a.text) return "has another text";
  if (number_field(o, "from") != a.sender) return "has another sender";
  const bool is_group = text_field(o, "type") == "group";
  if (is_group != a.target.is_group()) return "is of another type";
  if (number_field(o, "to") != (is_group ? a.target.group() : a.target.other_than(a.sender)))
    return "has another recipient";
  if (!has_timestamp(o, *m)) return "has another timestamp";
  if (o.contains("cid") && (reader != a.sender || text_field(o, "cid") != a.cid)) {
    return "has a cid that is not the reader's";
  }
  if (!o.contains("cid") && reader == a.sender && !a.cid.empty()) return "lacks its sender's cid";
  return {};
}

}  // namespace lingerd::sim
