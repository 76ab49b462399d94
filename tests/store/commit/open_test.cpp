#include "store/commit/open.hpp"

#include <gtest/gtest.h>

#include "store/codec/keys.hpp"
#include "store/codec/row_codec.hpp"
#include "store/engine/lmdb_backend.hpp"
#include "store/engine/store_error.hpp"
#include "tests/store/commit/open_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

TEST(Open, MakesFolderAndFilesForTheirOwnerAlone) {
  temp_folder folder;
  store_fixture fixture;
  open(fixture, folder.path / "deep" / "data");
  EXPECT_EQ(mode_of(folder.path / "deep" / "data"), 0700U);
  EXPECT_EQ(mode_of(folder.path / "deep" / "data" / database_name), 0600U);
}

TEST(Open, ReopenedKeepsEpochIdsAndRows) {
  temp_folder folder;
  std::string epoch;
  change_id last = 0;
  {
    store_fixture fixture;
    open(fixture, folder.path);
    row_counter rows;
    fixture.store->load(rows);
    epoch = rows.meta.epoch;
    EXPECT_EQ(rows.meta.last_id, 0U);
    fixture.make_users(3);
    add_group g;
    g.owner = 2;
    g.name = "group";
    g.members = {1, 3};
    ASSERT_FALSE(fixture.commit(g).refused);
    fixture.commit(open_session{1, {}, 1000, {}, {}});
    fixture.commit(message_to(1, 2, "hello", "cid"));
    last = fixture.commit(message_to(2, 1, "hello")).id;
  }
  store_fixture fixture;
  fixture.entropy = counting_entropy(77);
  open(fixture, folder.path);
  row_counter rows;
  fixture.store->load(rows);
  EXPECT_EQ(rows.meta.epoch, epoch);
  EXPECT_EQ(rows.meta.last_id, last);
  EXPECT_EQ(rows.meta.users, 3U);
  EXPECT_EQ(rows.users.size(), 3U);
  EXPECT_EQ(rows.friends, 4U);
  EXPECT_EQ(rows.groups, 1U);
  EXPECT_EQ(rows.members, 3U);
  EXPECT_EQ(rows.sessions, 1U);
  ASSERT_EQ(rows.heads.size(), 1U);
  EXPECT_EQ(rows.heads[0].second.id, last);
  EXPECT_EQ(rows.heads[0].second.number, 2U);
  EXPECT_TRUE(fixture.commit(message_to(1, 2, "hello", "cid")).repeated);
  EXPECT_GT(fixture.commit(message_to(1, 2, "next")).id, last);
}

TEST(Open, EpochIsSixteenHexDigitsAndDiffers) {
  std::string epochs[2];
  for (unsigned char i = 0; i < 2; ++i) {
    temp_folder folder;
    store_fixture fixture;
    fixture.entropy = counting_entropy(static_cast<unsigned char>(i * 50));
    open(fixture, folder.path);
    row_counter rows;
    fixture.store->load(rows);
    epochs[i] = rows.meta.epoch;
    EXPECT_EQ(epochs[i].size(), 16U);
    EXPECT_EQ(epochs[i].find_first_not_of("0123456789abcdef"), std::string::npos);
  }
  EXPECT_NE(epochs[0], epochs[1]);
}

TEST(Open, OtherSchemaIsRefusedWithAMessage) {
  for (const auto& [schema, reason] : {std::pair(codec::schema_version + 1, "newer version"),
                                       {codec::schema_version - 1, "before the first release"}}) {
    temp_folder folder;
    {
      store_fixture fixture;
      open(fixture, folder.path);
    }
    {
      lmdb_backend storage(folder.path / database_name, {});
      std::string row;
      codec::encode_schema(row, keys::schema, schema);
      const auto txn = storage.begin_write();
      txn->put(table::meta, keys::schema, row);
      txn->commit();
    }
    store_fixture fixture;
    try {
      open(fixture, folder.path);
      FAIL();
    } catch (const store_error& e) {
      EXPECT_EQ(e.kind(), store_failure::other);
      EXPECT_NE(std::string(e.what()).find(reason), std::string::npos) << e.what();
    }
  }
}

TEST(Open, FileInTheFoldersPlaceIsRefused) {
  temp_folder folder;
  write_bytes(folder.path / "file", "");
  store_fixture fixture;
  EXPECT_THROW(open(fixture, folder.path / "file"), store_error);
  EXPECT_THROW(open(fixture, folder.path / "file" / "below"), store_error);
}

}  // namespace
}  // namespace lingerd
