#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "store/codec/keys.hpp"
#include "tests/store/index/index_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

// A busy server: each batch that exceeds the bound frees an eighth of it, and writes no more rows
// than that takes.
TEST(MessageIndexPass, WritesAnEighthOfItsBoundAtATime) {
  constexpr std::size_t behind = 80;
  constexpr user_id others = 200;
  written_messages written(behind);
  std::map<conversation, std::string> rows;
  std::size_t largest = 0, pauses = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    written.write(conversation::single(1, 2 + static_cast<user_id>(i * 7 % others)));
    std::size_t changed = 0;
    written.tables().begin_read()->for_each(table::recent, {}, {},
                                            [&](std::string_view key, std::string_view value) {
                                              std::string& row = rows[keys::conversation_at(key)];
                                              if (row != value) ++changed;
                                              row = value;
                                              return true;
                                            });
    largest = std::max(largest, changed);
    if (written.checkpoint().is_in_a_pass()) ++pauses;
    written.for_each_view([](message_index&, const char*) {});
    ASSERT_LE(written.writer.size(), behind);
  }
  EXPECT_EQ(largest, behind / 8 + 1);
  EXPECT_GT(pauses, 500U);
  EXPECT_EQ(rows.size(), others);
}

// A batch that adds more than an eighth of the bound writes as many more.
TEST(MessageIndexPass, KeepsItsBoundAtEverySizeOfBatch) {
  for (const std::size_t batch : {9, 50, 500}) {
    written_messages written(40);
    for (std::size_t i = 0; i < 4000; i += batch) {
      for (std::size_t n = 0; n < batch; ++n) {
        written.add(conversation::single(1, 2 + static_cast<user_id>((i + n) * 7 % 100)));
      }
      written.commit();
      written.for_each_view([](message_index&, const char*) {});
      ASSERT_LE(written.writer.size(), 40U);
    }
    written.for_each_view([&](message_index& index, const char* view) {
      for (const auto& [target, expected_ids] : written.by_conversation())
        ASSERT_EQ(rising(index, target, 0), expected_ids) << view;
    });
  }
}

// A smaller bound requires the rest of a pass and the complete next one in one transaction.
TEST(MessageIndexPass, ContinuesWithTheNextPassIfOneIsNotEnough) {
  const auto storage = std::make_shared<memory_backend>();
  {
    written_messages first(8, storage);
    for (int i = 0; i < 9; ++i) first.write(i < 2 ? with_2 : with_3);
    ASSERT_EQ(first.checkpoint(), (index_checkpoint{0, 9, with_3}));
    first.write(with_2);
  }
  written_messages second(0, storage);
  second.write(with_3);
  EXPECT_EQ(second.checkpoint(), (index_checkpoint{11, 11, {}}));
  second.for_each_view([&](message_index& index, const char* name) {
    EXPECT_EQ(rising(index, with_2, 0), (ids{1, 2, 10})) << name;
    EXPECT_EQ(rising(index, with_3, 0), (ids{3, 4, 5, 6, 7, 8, 9, 11})) << name;
    EXPECT_EQ(index.newest(with_2)->number, 3U) << name;
  });
}

}  // namespace
}  // namespace lingerd
