#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "store/codec/index_rows.hpp"
#include "store/codec/keys.hpp"
#include "store/codec/record.hpp"
#include "store/codec/row_codec.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

struct sample {
  std::string key;
  std::string value;
  std::function<void(std::string_view, std::string_view)> decode;
};

token_hash some_hash() {
  token_hash h;
  for (std::size_t i = 0; i < h.size(); ++i) h[i] = static_cast<unsigned char>(200 + i);
  return h;
}

message_row some_message() {
  message_row m;
  m.conversation = conversation::single(7, 3);
  m.head = {change_id_max - 1, 1'000'000, 500'000, 7};
  m.timestamp = 1'700'000'000'123;
  m.unsynced = true;
  m.text = "你好, world\n" + std::string(300, 'x');
  m.cid = "c-1";
  return m;
}

user_row some_user() {
  user_row r;
  r.id = 7;
  r.name = "Li";
  r.display = "李雷";
  r.password_hash = "$argon2id$v=19$m=65536";
  r.disabled = true;
  r.changed = 99;
  return r;
}

member_row some_member() {
  member_row r;
  r.group = 9;
  r.user = 7;
  r.rank = role::admin;
  r.stays = {{5, 10}, {20, 0}};
  r.sent = 300;
  r.last_number = 1 << 20;
  r.changed = 20;
  return r;
}

recent_row some_recent() { return {{300, 12, 5, 7}, {300, 299, 150, 7}}; }

template <class Row>
sample sample_of(std::string_view key, const Row& row,
                 std::function<void(std::string_view, std::string_view)> decode) {
  sample s;
  s.key = key;
  codec::encode(s.value, key, row);
  s.decode = std::move(decode);
  return s;
}

std::map<std::string, sample> samples() {
  std::map<std::string, sample> all;
  all["meta"] =
      sample_of(keys::state, meta_row{"0123456789abcdef", 1 << 30, 5, -12, true, 4}, codec::meta);
  all["user"] = sample_of(keys::party(7), some_user(), codec::user);
  all["friend"] = sample_of(keys::friend_of(1, 2), friend_row{1, 2, friendship::agreed, 1234, 56},
                            codec::friendship_of);
  all["group"] =
      sample_of(keys::party(9), group_row{9, "Käfer", "brief", 7, 200, 3, true, 77}, codec::group);
  all["member"] = sample_of(keys::member(9, 7), some_member(), codec::member);
  all["message"] = sample_of(keys::message(some_message().head.id), some_message(), codec::message);
  all["recent"] = sample_of(keys::recent(conversation::group(9)), some_recent(), codec::recent);
  all["older"] =
      sample_of(keys::older(conversation::group(9), 300), some_recent().ids, codec::older);
  all["sent"] =
      sample_of(keys::sent(7, "c-1"), sent_row{7, "c-1", conversation::group(9), 300}, codec::sent);
  all["read"] = sample_of(keys::read(7, conversation::group(9)),
                          read_row{7, conversation::group(9), 300, 12, 301}, codec::read);
  all["session"] = sample_of(keys::session(some_hash()),
                             session_row{some_hash(), 7, 300, 1000, 2000}, codec::session);
  sample name{"li", "", codec::name};
  codec::encode_name(name.value, "li", 7);
  all["name"] = name;
  sample joined{std::string(keys::joined(7, 9)), "", codec::joined};
  codec::encode_joined(joined.value, joined.key);
  all["joined"] = joined;
  sample schema{std::string(keys::schema), "", codec::schema};
  codec::encode_schema(schema.value, keys::schema, 1);
  all["schema"] = schema;
  sample indexed{std::string(keys::indexed), "", codec::indexed};
  codec::encode_indexed(indexed.value, keys::indexed, {300, 1 << 30, {9}});
  all["indexed"] = indexed;
  return all;
}

TEST(Codec, EverySampleIsRead) {
  for (const auto& [name, s] : samples()) EXPECT_NO_THROW(s.decode(s.key, s.value)) << name;
}

TEST(Codec, EveryTruncationIsRefused) {
  for (const auto& [name, s] : samples()) {
    for (std::size_t n = 0; n < s.value.size(); ++n) {
      // Copied, so that the sanitizer detects a read beyond the end.
      const std::string cut(s.value, 0, n);
      EXPECT_THROW(s.decode(s.key, cut), store_damaged) << name << " cut to " << n;
    }
    EXPECT_THROW(s.decode(s.key, s.value + 'x'), store_damaged) << name;
  }
}

TEST(Codec, EveryFlippedBitIsRefused) {
  for (const auto& [name, s] : samples()) {
    for (std::size_t i = 0; i < s.value.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string bad = s.value;
        bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
        EXPECT_THROW(s.decode(s.key, bad), store_damaged) << name << " byte " << i;
      }
    }
  }
}

TEST(Codec, RowUnderAnotherKeyIsRefused) {
  for (const auto& [name, s] : samples()) {
    std::string other = s.key;
    other.back() = static_cast<char>(other.back() ^ 1);
    EXPECT_THROW(s.decode(other, s.value), store_damaged) << name;
    EXPECT_THROW(s.decode(s.key.substr(1), s.value), store_damaged) << name;
  }
}

TEST(Codec, RowOfAnotherTableIsRefused) {
  std::string value;
  codec::encode(value, keys::friend_of(1, 2), friend_row{1, 2, friendship::none, 0, 0});
  EXPECT_THROW(codec::joined(keys::joined(1, 2), value), store_damaged);
}

TEST(Codec, ShortKeysAreRefusedAndNotReadBeyondTheirEnd) {
  for (const auto& [name, s] : samples()) {
    for (std::size_t n = 0; n < s.key.size(); ++n) {
      const std::string cut(s.key, 0, n);
      EXPECT_THROW(s.decode(cut, s.value), store_damaged) << name;
    }
  }
}

TEST(Codec, NonsenseWithAValidChecksumIsRefused) {
  const auto key = keys::member(9, 7);
  std::string value;
  // A list of stays that claims to be longer than the row.
  record_writer(value)
      .number(0)
      .number(1)
      .number(0)
      .number(0)
      .number(UINT64_MAX)
      .finish(table::members, key);
  EXPECT_THROW(codec::member(key, value), store_damaged);
  record_writer(value).number(9).number(1).number(0).number(0).number(0).finish(table::members,
                                                                                key);
  EXPECT_THROW(codec::member(key, value), store_damaged);
  // A pass that ends before it begins; a position without a pass.
  for (const index_checkpoint& wrong : {index_checkpoint{9, 8, {}}, index_checkpoint{9, 9, {7}}}) {
    codec::encode_indexed(value, keys::indexed, wrong);
    EXPECT_THROW(codec::indexed(keys::indexed, value), store_damaged);
  }
  // A number of more than 64 bits.
  record_writer(value).rest("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02").finish(table::names, "li");
  EXPECT_THROW(codec::name("li", value), store_damaged);
}

TEST(Codec, MessageComesBackWhole) {
  const message_row m = some_message();
  std::string value;
  const auto key = keys::message(m.head.id);
  codec::encode(value, key, m);
  const message_row back = codec::message(key, value);
  EXPECT_EQ(back.conversation, m.conversation);
  EXPECT_EQ(back.head.id, m.head.id);
  EXPECT_EQ(back.head.number, m.head.number);
  EXPECT_EQ(back.head.number_from, m.head.number_from);
  EXPECT_EQ(back.head.sender, m.head.sender);
  EXPECT_EQ(back.timestamp, m.timestamp);
  EXPECT_EQ(back.unsynced, m.unsynced);
  EXPECT_EQ(back.text, m.text);
  EXPECT_EQ(back.cid, m.cid);
}

TEST(Codec, ListedFieldsAreThoseOfTheMessage) {
  const message_row m = some_message();
  std::string value;
  const auto key = keys::message(m.head.id);
  codec::encode(value, key, m);
  const codec::listed_message listed = codec::listed(key, value);
  EXPECT_EQ(listed.conversation, m.conversation);
  EXPECT_EQ(listed.head.id, m.head.id);
  EXPECT_EQ(listed.head.number, m.head.number);
  value.back() ^= 1;
  EXPECT_THROW(codec::listed(key, value), store_damaged);
  EXPECT_EQ(codec::unverified_message(key, value)->cid, m.cid);
  EXPECT_FALSE(codec::unverified_message(key, std::string_view(value).substr(0, 11)));
  EXPECT_FALSE(codec::unverified_message(key, ""));
}

TEST(Codec, QuarantinedRowIsDamaged) {
  std::string value;
  const auto key = keys::recent(conversation::group(9));
  codec::encode(value, key, some_recent());
  value[0] = static_cast<char>(record_quarantined);
  EXPECT_THROW(codec::recent(key, value), store_damaged);
  EXPECT_THROW(codec::newest(key, value), store_damaged);
}

TEST(Codec, ListsOfMessagesComeBackWhole) {
  const auto key = keys::recent(conversation::group(9));
  std::string value;
  codec::encode(value, key, some_recent());
  const recent_row back = codec::recent(key, value);
  EXPECT_EQ(back.ids, some_recent().ids);
  for (const message_head& head : {back.newest, codec::newest(key, value)}) {
    EXPECT_EQ(head.id, 300U);
    EXPECT_EQ(head.number, 12U);
    EXPECT_EQ(head.number_from, 5U);
    EXPECT_EQ(head.sender, 7U);
  }
  const auto older = keys::older(conversation::group(9), 300);
  codec::encode(value, older, back.ids);
  EXPECT_EQ(codec::older(older, value), back.ids);
}

TEST(Codec, ListsThatDoNotFallAreDamaged) {
  const auto key = keys::older(conversation::group(9), 300);
  std::string value;
  for (const std::vector<std::uint64_t>& fields :
       {std::vector<std::uint64_t>{0}, {2, 0}, {2, 300}, {2, 301}, {33}, {3, 1}, {2, 1, 1}}) {
    record_writer w(value);
    for (const std::uint64_t n : fields) w.number(n);
    w.finish(table::older, key);
    EXPECT_THROW(codec::older(key, value), store_damaged) << fields.size() << " " << fields[0];
  }
}

TEST(Codec, RowsComeBackWhole) {
  std::string v;
  codec::encode(v, keys::party(7), some_user());
  const user_row u = codec::user(keys::party(7), v);
  EXPECT_EQ(u.id, 7U);
  EXPECT_EQ(u.display, "李雷");
  EXPECT_EQ(u.password_hash, some_user().password_hash);
  EXPECT_TRUE(u.disabled);
  EXPECT_FALSE(u.admin || u.removed);
  EXPECT_EQ(u.changed, 99U);

  codec::encode(v, keys::member(9, 7), some_member());
  const member_row m = codec::member(keys::member(9, 7), v);
  EXPECT_EQ(m.group, 9U);
  EXPECT_EQ(m.user, 7U);
  EXPECT_EQ(m.rank, role::admin);
  ASSERT_EQ(m.stays.size(), 2U);
  EXPECT_EQ(m.stays[0].until, 10U);
  EXPECT_TRUE(m.is_in());
  EXPECT_EQ(m.sent, 300U);
  EXPECT_EQ(m.last_number, 1U << 20);

  const meta_row put{"0123456789abcdef", change_id_max, UINT32_MAX, INT64_MIN, true, 4};
  codec::encode(v, keys::state, put);
  const meta_row meta = codec::meta(keys::state, v);
  EXPECT_EQ(meta.epoch, put.epoch);
  EXPECT_EQ(meta.last_id, put.last_id);
  EXPECT_EQ(meta.last_party, put.last_party);
  EXPECT_EQ(meta.last_timestamp, put.last_timestamp);
  EXPECT_TRUE(meta.doubtful_timestamp);

  const group_row g{9, "Käfer", "brief", 7, 200, 3, true, 77};
  codec::encode(v, keys::party(9), g);
  const group_row back = codec::group(keys::party(9), v);
  EXPECT_EQ(back.name, g.name);
  EXPECT_EQ(back.brief, g.brief);
  EXPECT_EQ(back.owner, 7U);
  EXPECT_EQ(back.max_members, 200U);
  EXPECT_EQ(back.members, 3U);
  EXPECT_TRUE(back.removed);

  codec::encode(v, keys::session(some_hash()), session_row{some_hash(), 7, 300, 1000, 2000});
  const session_row s = codec::session(keys::session(some_hash()), v);
  EXPECT_EQ(s.hash, some_hash());
  EXPECT_EQ(s.user, 7U);
  EXPECT_EQ(s.id, 300U);
  EXPECT_EQ(s.used, 2000);

  codec::encode(v, keys::sent(7, "c-1"), sent_row{7, "c-1", conversation::group(9), 300});
  const sent_row sent = codec::sent(keys::sent(7, "c-1"), v);
  EXPECT_EQ(sent.cid, "c-1");
  EXPECT_EQ(sent.conversation, conversation::group(9));
  EXPECT_EQ(sent.id, 300U);

  const auto read_key = keys::read(7, conversation::single(7, 8));
  codec::encode(v, read_key, read_row{7, conversation::single(7, 8), 300, 12, 301});
  const read_row read = codec::read(read_key, v);
  EXPECT_EQ(read.conversation, conversation::single(7, 8));
  EXPECT_EQ(read.up_to, 300U);
  EXPECT_EQ(read.others, 12U);
  EXPECT_EQ(read.changed, 301U);

  codec::encode(v, keys::friend_of(1, 2), friend_row{1, 2, friendship::asked_me, -5, 56});
  const friend_row f = codec::friendship_of(keys::friend_of(1, 2), v);
  EXPECT_EQ(f.state, friendship::asked_me);
  EXPECT_EQ(f.since, -5);
}

TEST(Codec, DamageNamesTheRowWithoutItsContents) {
  std::string value;
  const auto key = keys::message(77);
  codec::encode(value, key, some_message());
  value.back() = '!';
  try {
    codec::message(key, value);
    FAIL();
  } catch (const store_damaged& e) {
    EXPECT_STREQ(e.what(), "message 77 is damaged: its checksum does not match");
  }
}

}  // namespace
}  // namespace lingerd
