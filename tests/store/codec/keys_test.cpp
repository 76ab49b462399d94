#include "store/codec/keys.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace lingerd {
namespace {

TEST(Keys, OrderOfBytesIsOrderOfNumbers) {
  const std::vector<std::uint64_t> numbers = {
      0, 1, 127, 128, 255, 256, 300, 65535, 0xffffffff, 0x100000000u, change_id_max};
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const auto conversation = conversation::single(1, 2);
    EXPECT_LT(std::string_view(keys::message(numbers[i])),
              std::string_view(keys::message(numbers[i + 1])));
    EXPECT_LT(std::string_view(keys::older(conversation, numbers[i])),
              std::string_view(keys::older(conversation, numbers[i + 1])));
    EXPECT_LT(std::string_view(keys::older({numbers[i]}, change_id_max)),
              std::string_view(keys::older({numbers[i + 1]}, 0)));
  }
}

TEST(Keys, AfterPrefixIsTheLeastKeyAboveAll) {
  EXPECT_EQ(keys::after_prefix("ab"), "ac");
  EXPECT_EQ(keys::after_prefix("a\xff\xff"), "b");
  EXPECT_EQ(keys::after_prefix("\xff\xff"), "");
  EXPECT_EQ(keys::after_prefix(""), "");
  EXPECT_EQ(keys::after_prefix(std::string_view("a\x7f", 2)), "a\x80");
}

TEST(Keys, ConversationAndIdComeBack) {
  const auto conversation = conversation::single(70000, 3);
  EXPECT_EQ(keys::message_at(keys::message(123456789)), 123456789U);
  EXPECT_EQ(keys::conversation_at(keys::recent(conversation)), conversation);
  const auto key = keys::older(conversation, 123456789);
  EXPECT_EQ(keys::conversation_at(key), conversation);
  EXPECT_EQ(keys::last_at(key), 123456789U);
}

}  // namespace
}  // namespace lingerd
