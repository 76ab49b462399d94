#include "store/memory/btree.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lingerd {
namespace {

using model = std::map<std::string, std::string>;

class random_numbers {
 public:
  std::uint64_t below(std::uint64_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % n;
  }

 private:
  std::uint64_t state_ = 42;
};

// Compares all rows, forwards and backwards.
void expect_same(const btree& tree, const model& expected) {
  auto entry = tree.lower_bound("");
  for (const auto& [key, value] : expected) {
    ASSERT_TRUE(entry.row());
    ASSERT_EQ(entry.row()->key(), key);
    ASSERT_EQ(entry.row()->value(), value);
    entry.go_forward();
  }
  EXPECT_FALSE(entry.row());
  for (auto row = expected.rbegin(); row != expected.rend(); ++row) {
    ASSERT_TRUE(entry.go_back());
    ASSERT_EQ(entry.row()->key(), row->first);
  }
  EXPECT_FALSE(entry.go_back());
  EXPECT_FALSE(entry.row());
}

void expect_at(const btree::position& position, model::const_iterator expected, const model& rows) {
  ASSERT_EQ(position.row() != nullptr, expected != rows.end());
  if (position.row()) {
    EXPECT_EQ(position.row()->key(), expected->first);
  }
}

TEST(Btree, EmptyTreeHasNoRows) {
  btree tree;
  EXPECT_FALSE(tree.find("a"));
  EXPECT_FALSE(tree.lower_bound("").row());
  EXPECT_FALSE(tree.end().go_back());
  EXPECT_FALSE(tree.take("a"));
}

TEST(Btree, PutReturnsTheReplacedRow) {
  btree tree;
  EXPECT_FALSE(tree.put(stored_row::make("a", "1")));
  const row_ptr before = tree.put(stored_row::make("a", "2"));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->value(), "1");
  EXPECT_EQ(tree.find("a")->value(), "2");
  EXPECT_EQ(tree.take("a")->value(), "2");
  EXPECT_FALSE(tree.find("a"));
}

// A head is padded with zeros; a zero in a key is not the same as its end.
TEST(Btree, KeysThatDifferInZerosOnlyAreOrdered) {
  using namespace std::string_literals;
  btree tree;
  model expected;
  for (const std::string& key :
       {"a\0\0"s, "a"s, "a\0"s, "a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s, "\0"s, "\xff"s, "a\0b"s}) {
    tree.put(stored_row::make(key, key));
    expected[key] = key;
  }
  expect_same(tree, expected);
  for (const auto& [key, value] : expected) EXPECT_EQ(tree.find(key)->value(), value);
}

TEST(Btree, AppendingAndTakingFromTheFrontIsAQueue) {
  btree tree;
  model expected;
  const auto name = [](int i) { return std::to_string(1'000'000 + i); };
  for (int i = 0; i < 5000; ++i) {
    tree.put(stored_row::make(name(i), name(i)));
    expected[name(i)] = name(i);
    if (i < 700) continue;
    ASSERT_TRUE(tree.take(name(i - 700)));
    expected.erase(name(i - 700));
  }
  expect_same(tree, expected);
}

// Several kinds of keys: short ones that are removed and inserted again, long ones with equal
// heads, rising ones; in phases of growing and of shrinking.
TEST(Btree, RandomWorkMatchesAMap) {
  btree tree;
  model expected;
  random_numbers random;
  std::uint64_t appended = 0;
  const auto some_key = [&] {
    switch (random.below(4)) {
      case 0: return std::to_string(random.below(3000));
      case 1: return "the same for sixteen bytes " + std::to_string(random.below(3000));
      case 2: return "t" + std::string(random.below(40), '\0') + std::string(random.below(3), 'x');
      default:
        return "z" + std::to_string(1'000'000'000 + (random.below(3) ? ++appended : appended / 2));
    }
  };
  for (int round = 0; round < 60; ++round) {
    const std::uint64_t taken_of_ten = round % 3 == 2 ? 8 : 3;
    for (int i = 0; i < 2000; ++i) {
      std::string key = some_key();
      if (random.below(10) < taken_of_ten) {
        // Often a key in the tree: the next one.
        const auto near = expected.lower_bound(key);
        if (random.below(4) > 0 && near != expected.end()) key = near->first;
        const row_ptr taken = tree.take(key);
        const auto row = expected.find(key);
        ASSERT_EQ(taken != nullptr, row != expected.end());
        if (!taken) continue;
        ASSERT_EQ(taken->value(), row->second);
        expected.erase(row);
      } else {
        const std::string value(random.below(50), static_cast<char>('a' + random.below(26)));
        const row_ptr before = tree.put(stored_row::make(key, value));
        const auto row = expected.find(key);
        ASSERT_EQ(before != nullptr, row != expected.end());
        if (before) {
          ASSERT_EQ(before->value(), row->second);
        }
        expected[key] = value;
      }
      const std::string other = some_key();
      expect_at(tree.lower_bound(other), expected.lower_bound(other), expected);
      ASSERT_EQ(tree.find(other) != nullptr, expected.contains(other));
    }
    expect_same(tree, expected);
  }
  while (!expected.empty()) {
    const auto row =
        std::next(expected.begin(), static_cast<long>(random.below(expected.size()) / 8));
    ASSERT_TRUE(tree.take(row->first));
    expected.erase(row);
  }
  expect_same(tree, expected);
}

}  // namespace
}  // namespace lingerd
