#include "store/codec/row_codec.hpp"

#include <cstring>

#include "store/codec/keys.hpp"
#include "store/codec/message_head.hpp"
#include "store/codec/record.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd::codec {
namespace {

// Flags in the rows of users and of messages.
enum : std::uint64_t { user_admin = 1, user_disabled = 2, user_removed = 4, user_flags = 7 };
enum : std::uint64_t { message_unsynced = 1, message_flags = 1 };

std::uint64_t flags_if(bool set, std::uint64_t flag) { return set ? flag : 0; }

// The fields at the beginning of a message.
listed_message read_listed(record_reader& reader, std::string_view message_key) {
  listed_message m;
  m.conversation.key = reader.number();
  m.head = read_head(reader, keys::message_at(message_key));
  return m;
}

message_row read_message(record_reader& reader, std::string_view key) {
  message_row r;
  const listed_message listed = read_listed(reader, key);
  r.conversation = listed.conversation;
  r.head = listed.head;
  r.unsynced = (reader.number_up_to(message_flags) & message_unsynced) != 0;
  r.timestamp = reader.signed_number();
  r.cid = reader.text();
  r.text = reader.rest();
  return r;
}

}  // namespace

void encode_schema(std::string& out, std::string_view key, std::uint32_t version) {
  record_writer(out).number(version).finish(table::meta, key);
}
std::uint32_t schema(std::string_view key, std::string_view value) {
  record_reader reader(table::meta, key, value);
  const std::uint32_t version = reader.u32();
  reader.require_end();
  return version;
}

void encode_name(std::string& out, std::string_view key, user_id id) {
  record_writer(out).number(id).finish(table::names, key);
}
user_id name(std::string_view key, std::string_view value) {
  record_reader reader(table::names, key, value);
  const user_id id = reader.u32();
  reader.require_end();
  return id;
}

void encode_joined(std::string& out, std::string_view key) {
  record_writer(out).finish(table::joined, key);
}
group_id joined(std::string_view key, std::string_view value) {
  record_reader(table::joined, key, value, 8).require_end();
  return keys::u32_at(key, 4);
}

void encode(std::string& out, std::string_view key, const meta_row& r) {
  record_writer w(out);
  w.text(r.epoch).number(r.last_id).number(r.last_party);
  w.signed_number(r.last_timestamp).number(r.users);
  w.number(r.doubtful_timestamp ? 1 : 0).finish(table::meta, key);
}
meta_row meta(std::string_view key, std::string_view value) {
  record_reader reader(table::meta, key, value);
  meta_row r;
  r.epoch = reader.text();
  r.last_id = reader.number_up_to(change_id_max);
  r.last_party = reader.u32();
  r.last_timestamp = reader.signed_number();
  r.users = reader.u32();
  if (reader.remaining() > 0)
    r.doubtful_timestamp = reader.flag();  // absent in the first databases
  reader.require_end();
  return r;
}

void encode(std::string& out, std::string_view key, const user_row& r) {
  record_writer w(out);
  w.number(flags_if(r.admin, user_admin) | flags_if(r.disabled, user_disabled) |
           flags_if(r.removed, user_removed));
  w.number(r.changed).text(r.name).text(r.display).text(r.password_hash);
  w.finish(table::users, key);
}
user_row user(std::string_view key, std::string_view value) {
  record_reader reader(table::users, key, value, 4);
  user_row r;
  r.id = keys::u32_at(key, 0);
  const std::uint64_t flags = reader.number_up_to(user_flags);
  r.admin = (flags & user_admin) != 0;
  r.disabled = (flags & user_disabled) != 0;
  r.removed = (flags & user_removed) != 0;
  r.changed = reader.number();
  r.name = reader.text();
  r.display = reader.text();
  r.password_hash = reader.text();
  reader.require_end();
  return r;
}

void encode(std::string& out, std::string_view key, const friend_row& r) {
  record_writer w(out);
  w.number(static_cast<std::uint64_t>(r.state)).signed_number(r.since).number(r.changed);
  w.finish(table::friends, key);
}
friend_row friendship_of(std::string_view key, std::string_view value) {
  record_reader reader(table::friends, key, value, 8);
  friend_row r;
  r.user = keys::u32_at(key, 0);
  r.other = keys::u32_at(key, 4);
  r.state =
      static_cast<friendship>(reader.number_up_to(static_cast<std::uint64_t>(friendship::agreed)));
  r.since = reader.signed_number();
  r.changed = reader.number();
  reader.require_end();
  return r;
}

void encode(std::string& out, std::string_view key, const group_row& r) {
  record_writer w(out);
  w.number(r.removed).number(r.changed).number(r.owner).number(r.max_members);
  w.number(r.members).text(r.name).text(r.brief).finish(table::groups, key);
}
group_row group(std::string_view key, std::string_view value) {
  record_reader reader(table::groups, key, value, 4);
  group_row r;
  r.id = keys::u32_at(key, 0);
  r.removed = reader.flag();
  r.changed = reader.number();
  r.owner = reader.u32();
  r.max_members = reader.u32();
  r.members = reader.u32();
  r.name = reader.text();
  r.brief = reader.text();
  reader.require_end();
  return r;
}

void encode(std::string& out, std::string_view key, const member_row& r) {
  record_writer w(out);
  w.number(static_cast<std::uint64_t>(r.rank)).number(r.changed);
  w.number(r.sent).number(r.last_number).number(r.stays.size());
  for (const interval& s : r.stays) w.number(s.from).number(s.until);
  w.finish(table::members, key);
}
member_row member(std::string_view key, std::string_view value) {
  record_reader reader(table::members, key, value, 8);
  member_row r;
  r.group = keys::u32_at(key, 0);
  r.user = keys::u32_at(key, 4);
  r.rank = static_cast<role>(reader.number_up_to(static_cast<std::uint64_t>(role::admin)));
  r.changed = reader.number();
  r.sent = reader.number();
  r.last_number = reader.number();
  // A stay takes at least two bytes; this bounds the allocation by the size of the row.
  const std::uint64_t stays = reader.number_up_to(reader.remaining() / 2);
  r.stays.reserve(static_cast<std::size_t>(stays));
  for (std::uint64_t i = 0; i < stays; ++i) {
    interval s;
    s.from = reader.number();
    s.until = reader.number();
    r.stays.push_back(s);
  }
  reader.require_end();
  return r;
}

void encode(std::string& out, std::string_view key, const message_row& r) {
  record_writer w(out);
  w.number(r.conversation.key);
  write_head(w, r.head);
  w.number(flags_if(r.unsynced, message_unsynced)).signed_number(r.timestamp);
  w.text(r.cid).rest(r.text).finish(table::messages, key);
}
message_row message(std::string_view key, std::string_view value) {
  record_reader reader(table::messages, key, value, keys::message_bytes);
  return read_message(reader, key);
}
listed_message listed(std::string_view key, std::string_view value) {
  record_reader reader(table::messages, key, value, keys::message_bytes);
  return read_listed(reader, key);
}
std::optional<message_row> unverified_message(std::string_view key, std::string_view value) {
  try {
    record_reader reader = record_reader::unverified(table::messages, key, value);
    return read_message(reader, key);
  } catch (const store_damaged&) {
    return std::nullopt;
  }
}

void encode(std::string& out, std::string_view key, const sent_row& r) {
  record_writer(out).number(r.conversation.key).number(r.id).finish(table::sent, key);
}
sent_row sent(std::string_view key, std::string_view value) {
  record_reader reader(table::sent, key, value);
  if (key.size() < 4) reader.fail("its key has a wrong length");
  sent_row r;
  r.user = keys::u32_at(key, 0);
  r.cid = key.substr(4);
  r.conversation.key = reader.number();
  r.id = reader.number();
  reader.require_end();
  return r;
}

void encode(std::string& out, std::string_view key, const read_row& r) {
  record_writer(out).number(r.up_to).number(r.others).number(r.changed).finish(table::reads, key);
}
read_row read(std::string_view key, std::string_view value) {
  record_reader reader(table::reads, key, value, 12);
  read_row r;
  r.user = keys::u32_at(key, 0);
  r.conversation = {keys::u64_at(key, 4)};
  r.up_to = reader.number();
  r.others = reader.number();
  r.changed = reader.number();
  reader.require_end();
  return r;
}

void encode(std::string& out, std::string_view key, const session_row& r) {
  record_writer w(out);
  w.number(r.user).number(r.id).signed_number(r.created).signed_number(r.used);
  w.finish(table::sessions, key);
}
session_row session(std::string_view key, std::string_view value) {
  session_row r;
  record_reader reader(table::sessions, key, value, r.hash.size());
  std::memcpy(r.hash.data(), key.data(), r.hash.size());
  r.user = reader.u32();
  r.id = reader.number();
  r.created = reader.signed_number();
  r.used = reader.signed_number();
  reader.require_end();
  return r;
}

}  // namespace lingerd::codec
