#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/state/rows.hpp"
#include "store/index/index_checkpoint.hpp"
#include "store/index/message_index.hpp"

// Rows as records (store/record.hpp). encode() replaces what is in `out`, whose memory is used
// again; the decoders take a pair as a transaction gives it and throw store_damaged where it is not
// what was written. What the key says is not said again in the value.
namespace lingerd::codec {

inline constexpr std::uint32_t schema_version = 4;

// Of a row of `messages`, what the index lists.
struct listed_message {
  conversation in;
  message_head head;
};

void encode_schema(std::string& out, std::string_view key, std::uint32_t version);
void encode_indexed(std::string& out, std::string_view key, const index_reach& r);
void encode_name(std::string& out, std::string_view key, user_id id);
void encode_joined(std::string& out, std::string_view key);
void encode(std::string& out, std::string_view key, const meta_row& r);
void encode(std::string& out, std::string_view key, const user_row& r);
void encode(std::string& out, std::string_view key, const friend_row& r);
void encode(std::string& out, std::string_view key, const group_row& r);
void encode(std::string& out, std::string_view key, const member_row& r);
void encode(std::string& out, std::string_view key, const message_row& r);
void encode(std::string& out, std::string_view key, const sent_row& r);
void encode(std::string& out, std::string_view key, const read_row& r);
void encode(std::string& out, std::string_view key, const session_row& r);
void encode(std::string& out, std::string_view key, const recent_row& r);
void encode(std::string& out, std::string_view key, const id_block& older);

std::uint32_t schema(std::string_view key, std::string_view value);
index_reach indexed(std::string_view key, std::string_view value);
user_id name(std::string_view key, std::string_view value);
group_id joined(std::string_view key, std::string_view value);
meta_row meta(std::string_view key, std::string_view value);
user_row user(std::string_view key, std::string_view value);
friend_row friendship_of(std::string_view key, std::string_view value);
group_row group(std::string_view key, std::string_view value);
member_row member(std::string_view key, std::string_view value);
message_row message(std::string_view key, std::string_view value);
// Without its texts; they are verified, too.
listed_message listed(std::string_view key, std::string_view value);
// What a damaged row says of itself, as far as it can be read. Nothing of it is certain.
std::optional<message_row> claimed(std::string_view key, std::string_view value);
sent_row sent(std::string_view key, std::string_view value);
read_row read(std::string_view key, std::string_view value);
session_row session(std::string_view key, std::string_view value);
recent_row recent(std::string_view key, std::string_view value);
// Of a row of `recent`, without its ids.
message_head newest(std::string_view key, std::string_view value);
id_block older(std::string_view key, std::string_view value);

}  // namespace lingerd::codec
