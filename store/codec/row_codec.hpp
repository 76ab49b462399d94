#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/state/rows.hpp"

// Encodes rows as records (store/codec/record.hpp) and decodes them. encode() replaces the contents
// of `out`, so that its memory is reused. The decoders take key and value as a transaction returns
// them and throw store_damaged if the bytes are not those that were written. A field that is part
// of the key is not repeated in the value. The rows of the message index:
// store/codec/index_rows.hpp.
namespace lingerd::codec {

inline constexpr std::uint32_t schema_version = 4;

// The fields of a row of `messages` that the message index needs.
struct listed_message {
  lingerd::conversation conversation;
  message_head head;
};

void encode_schema(std::string& out, std::string_view key, std::uint32_t version);
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

std::uint32_t schema(std::string_view key, std::string_view value);
user_id name(std::string_view key, std::string_view value);
group_id joined(std::string_view key, std::string_view value);
meta_row meta(std::string_view key, std::string_view value);
user_row user(std::string_view key, std::string_view value);
friend_row friendship_of(std::string_view key, std::string_view value);
group_row group(std::string_view key, std::string_view value);
member_row member(std::string_view key, std::string_view value);
message_row message(std::string_view key, std::string_view value);
// The same row without its texts; its whole checksum is verified.
listed_message listed(std::string_view key, std::string_view value);
// The fields of a damaged row, as far as they can be parsed; none if they cannot. Any of them may
// be wrong.
std::optional<message_row> unverified_message(std::string_view key, std::string_view value);
sent_row sent(std::string_view key, std::string_view value);
read_row read(std::string_view key, std::string_view value);
session_row session(std::string_view key, std::string_view value);

}  // namespace lingerd::codec
