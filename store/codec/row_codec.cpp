#include "store/codec/row_codec.hpp"

#include <cstring>

#include "store/codec/keys.hpp"
#include "store/codec/record.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd::codec {
namespace {

// Flags of a user's row; of a message's.
enum : std::uint64_t { user_admin = 1, user_disabled = 2, user_removed = 4, user_flags = 7 };
enum : std::uint64_t { message_unsynced = 1, message_flags = 1 };

std::uint64_t flags_if(bool set, std::uint64_t flag) { return set ? flag : 0; }

void write_head(record_writer& out, const message_head& h) {
  out.number(h.number).number(h.number_from).number(h.from);
}
message_head read_head(record_reader& in, change_id id) {
  message_head h;
  h.id = id;
  h.number = in.number();
  h.number_from = in.number();
  h.from = in.u32();
  return h;
}

// What a message begins with.
listed_message read_listed(record_reader& in, std::string_view message_key) {
  listed_message m;
  m.in.key = in.number();
  m.head = read_head(in, keys::message_at(message_key));
  return m;
}

message_row read_message(record_reader& in, std::string_view key) {
  message_row r;
  const listed_message listed = read_listed(in, key);
  r.in = listed.in;
  r.head = listed.head;
  r.unsynced = (in.number_up_to(message_flags) & message_unsynced) != 0;
  r.timestamp = in.signed_number();
  r.cid = in.text();
  r.text = in.rest();
  return r;
}

// Ids that fall, the first of which is known: by how much each lies below the one before.
void write_falling(record_writer& out, const id_block& ids) {
  out.number(ids.size());
  for (std::size_t i = 1; i < ids.size(); ++i) out.number(ids[i - 1] - ids[i]);
}
id_block read_falling(record_reader& in, change_id first) {
  const std::uint64_t count = in.number_up_to(ids_in_block);
  if (count == 0) in.damaged("it is empty");
  id_block ids{first};
  while (ids.size() < count) {
    const std::uint64_t step = in.number();
    if (step == 0 || step >= ids.back()) in.damaged("its ids do not fall");
    ids.push_back(ids.back() - step);
  }
  return ids;
}

}  // namespace

void encode_schema(std::string& out, std::string_view key, std::uint32_t version) {
  record_writer(out).number(version).finish(table::meta, key);
}
std::uint32_t schema(std::string_view key, std::string_view value) {
  record_reader in(table::meta, key, value);
  const std::uint32_t version = in.u32();
  in.end();
  return version;
}

void encode_indexed(std::string& out, std::string_view key, const index_reach& r) {
  record_writer(out).number(r.all).number(r.next).number(r.at.key).finish(table::meta, key);
}
index_reach indexed(std::string_view key, std::string_view value) {
  record_reader in(table::meta, key, value);
  index_reach r;
  r.all = in.number_up_to(change_id_max);
  r.next = in.number_up_to(change_id_max);
  r.at.key = in.number();
  in.end();
  if (r.next < r.all) in.damaged("its sweep goes back");
  if (!r.is_in_a_sweep() && r.at.key != 0) in.damaged("it rests outside of a sweep");
  return r;
}

void encode_name(std::string& out, std::string_view key, user_id id) {
  record_writer(out).number(id).finish(table::names, key);
}
user_id name(std::string_view key, std::string_view value) {
  record_reader in(table::names, key, value);
  const user_id id = in.u32();
  in.end();
  return id;
}

void encode_joined(std::string& out, std::string_view key) {
  record_writer(out).finish(table::joined, key);
}
group_id joined(std::string_view key, std::string_view value) {
  record_reader(table::joined, key, value, 8).end();
  return keys::u32_at(key, 4);
}

void encode(std::string& out, std::string_view key, const meta_row& r) {
  record_writer w(out);
  w.text(r.epoch).number(r.last_id).number(r.last_party);
  w.signed_number(r.last_timestamp).number(r.users);
  w.number(r.doubtful_timestamp ? 1 : 0).finish(table::meta, key);
}
meta_row meta(std::string_view key, std::string_view value) {
  record_reader in(table::meta, key, value);
  meta_row r;
  r.epoch = in.text();
  r.last_id = in.number_up_to(change_id_max);
  r.last_party = in.u32();
  r.last_timestamp = in.signed_number();
  r.users = in.u32();
  if (in.left() > 0) r.doubtful_timestamp = in.flag();  // absent in the first databases
  in.end();
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
  record_reader in(table::users, key, value, 4);
  user_row r;
  r.id = keys::u32_at(key, 0);
  const std::uint64_t flags = in.number_up_to(user_flags);
  r.admin = (flags & user_admin) != 0;
  r.disabled = (flags & user_disabled) != 0;
  r.removed = (flags & user_removed) != 0;
  r.changed = in.number();
  r.name = in.text();
  r.display = in.text();
  r.password_hash = in.text();
  in.end();
  return r;
}

void encode(std::string& out, std::string_view key, const friend_row& r) {
  record_writer w(out);
  w.number(static_cast<std::uint64_t>(r.state)).signed_number(r.since).number(r.changed);
  w.finish(table::friends, key);
}
friend_row friendship_of(std::string_view key, std::string_view value) {
  record_reader in(table::friends, key, value, 8);
  friend_row r;
  r.user = keys::u32_at(key, 0);
  r.other = keys::u32_at(key, 4);
  r.state =
      static_cast<friendship>(in.number_up_to(static_cast<std::uint64_t>(friendship::agreed)));
  r.since = in.signed_number();
  r.changed = in.number();
  in.end();
  return r;
}

void encode(std::string& out, std::string_view key, const group_row& r) {
  record_writer w(out);
  w.number(r.removed).number(r.changed).number(r.owner).number(r.max_members);
  w.number(r.members).text(r.name).text(r.brief).finish(table::groups, key);
}
group_row group(std::string_view key, std::string_view value) {
  record_reader in(table::groups, key, value, 4);
  group_row r;
  r.id = keys::u32_at(key, 0);
  r.removed = in.flag();
  r.changed = in.number();
  r.owner = in.u32();
  r.max_members = in.u32();
  r.members = in.u32();
  r.name = in.text();
  r.brief = in.text();
  in.end();
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
  record_reader in(table::members, key, value, 8);
  member_row r;
  r.group = keys::u32_at(key, 0);
  r.user = keys::u32_at(key, 4);
  r.rank = static_cast<role>(in.number_up_to(static_cast<std::uint64_t>(role::admin)));
  r.changed = in.number();
  r.sent = in.number();
  r.last_number = in.number();
  // Each stay takes at least two bytes: no more memory is asked for than the row can fill.
  const std::uint64_t stays = in.number_up_to(in.left() / 2);
  r.stays.reserve(static_cast<std::size_t>(stays));
  for (std::uint64_t i = 0; i < stays; ++i) {
    interval s;
    s.from = in.number();
    s.until = in.number();
    r.stays.push_back(s);
  }
  in.end();
  return r;
}

void encode(std::string& out, std::string_view key, const message_row& r) {
  record_writer w(out);
  w.number(r.in.key);
  write_head(w, r.head);
  w.number(flags_if(r.unsynced, message_unsynced)).signed_number(r.timestamp);
  w.text(r.cid).rest(r.text).finish(table::messages, key);
}
message_row message(std::string_view key, std::string_view value) {
  record_reader in(table::messages, key, value, keys::message_bytes);
  return read_message(in, key);
}
listed_message listed(std::string_view key, std::string_view value) {
  record_reader in(table::messages, key, value, keys::message_bytes);
  return read_listed(in, key);
}
std::optional<message_row> claimed(std::string_view key, std::string_view value) {
  try {
    record_reader in = record_reader::unverified(table::messages, key, value);
    return read_message(in, key);
  } catch (const store_damaged&) {
    return std::nullopt;
  }
}

void encode(std::string& out, std::string_view key, const recent_row& r) {
  record_writer w(out);
  w.number(r.newest.id);
  write_head(w, r.newest);
  write_falling(w, r.ids);
  w.finish(table::recent, key);
}
recent_row recent(std::string_view key, std::string_view value) {
  record_reader in(table::recent, key, value, keys::recent_bytes);
  recent_row r;
  const change_id id = in.number();
  r.newest = read_head(in, id);
  r.ids = read_falling(in, id);
  in.end();
  return r;
}
message_head newest(std::string_view key, std::string_view value) {
  record_reader in(table::recent, key, value, keys::recent_bytes);
  const change_id id = in.number();
  return read_head(in, id);
}

void encode(std::string& out, std::string_view key, const id_block& older) {
  record_writer w(out);
  write_falling(w, older);
  w.finish(table::older, key);
}
id_block older(std::string_view key, std::string_view value) {
  record_reader in(table::older, key, value, keys::older_bytes);
  const id_block ids = read_falling(in, keys::last_at(key));
  in.end();
  return ids;
}

void encode(std::string& out, std::string_view key, const sent_row& r) {
  record_writer(out).number(r.in.key).number(r.id).finish(table::sent, key);
}
sent_row sent(std::string_view key, std::string_view value) {
  record_reader in(table::sent, key, value);
  if (key.size() < 4) in.damaged("its key has a wrong length");
  sent_row r;
  r.user = keys::u32_at(key, 0);
  r.cid = key.substr(4);
  r.in.key = in.number();
  r.id = in.number();
  in.end();
  return r;
}

void encode(std::string& out, std::string_view key, const read_row& r) {
  record_writer(out).number(r.up_to).number(r.others).number(r.changed).finish(table::reads, key);
}
read_row read(std::string_view key, std::string_view value) {
  record_reader in(table::reads, key, value, 12);
  read_row r;
  r.user = keys::u32_at(key, 0);
  r.in = {keys::u64_at(key, 4)};
  r.up_to = in.number();
  r.others = in.number();
  r.changed = in.number();
  in.end();
  return r;
}

void encode(std::string& out, std::string_view key, const session_row& r) {
  record_writer w(out);
  w.number(r.user).number(r.id).signed_number(r.created).signed_number(r.used);
  w.finish(table::sessions, key);
}
session_row session(std::string_view key, std::string_view value) {
  session_row r;
  record_reader in(table::sessions, key, value, r.hash.size());
  std::memcpy(r.hash.data(), key.data(), r.hash.size());
  r.user = in.u32();
  r.id = in.number();
  r.created = in.signed_number();
  r.used = in.signed_number();
  in.end();
  return r;
}

}  // namespace lingerd::codec
