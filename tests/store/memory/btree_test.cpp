#include "store/memory/btree.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lingerd {
namespace {

using model = std::map<std::string, std::string>;

class chance {
 public:
  std::uint64_t below(std::uint64_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % n;
  }

 private:
  std::uint64_t state_ = 42;
};

// Every row, forwards; and the same backwards.
void expect_same(const btree& tree, const model& wanted) {
  auto entry = tree.lower_bound("");
  for (const auto& [key, value] : wanted) {
    ASSERT_TRUE(entry.row());
    ASSERT_EQ(entry.row()->key(), key);
    ASSERT_EQ(entry.row()->value(), value);
    entry.go_forward();
  }
  EXPECT_FALSE(entry.row());
  for (auto it = wanted.rbegin(); it != wanted.rend(); ++it) {
    ASSERT_TRUE(entry.go_back());
    ASSERT_EQ(entry.row()->key(), it->first);
  }
  EXPECT_FALSE(entry.go_back());
  EXPECT_FALSE(entry.row());
}

void expect_at(const btree::place& at, model::const_iterator wanted, const model& in) {
  ASSERT_EQ(at.row() != nullptr, wanted != in.end());
  if (at.row()) {
    EXPECT_EQ(at.row()->key(), wanted->first);
  }
}

TEST(RowTree, EmptyTreeHasNoPlaces) {
  btree tree;
  EXPECT_FALSE(tree.find("a"));
  EXPECT_FALSE(tree.lower_bound("").row());
  EXPECT_FALSE(tree.end().go_back());
  EXPECT_FALSE(tree.take("a"));
}

TEST(RowTree, PutGivesBackWhatWasThere) {
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
TEST(RowTree, KeysThatDifferInZerosOnlyAreOrdered) {
  using namespace std::string_literals;
  btree tree;
  model wanted;
  for (const std::string& key :
       {"a\0\0"s, "a"s, "a\0"s, "a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s, "\0"s, "\xff"s, "a\0b"s}) {
    tree.put(stored_row::make(key, key));
    wanted[key] = key;
  }
  expect_same(tree, wanted);
  for (const auto& [key, value] : wanted) EXPECT_EQ(tree.find(key)->value(), value);
}

TEST(RowTree, AppendingAndTakingFromTheFrontIsAQueue) {
  btree tree;
  model wanted;
  const auto name = [](int i) { return std::to_string(1'000'000 + i); };
  for (int i = 0; i < 5000; ++i) {
    tree.put(stored_row::make(name(i), name(i)));
    wanted[name(i)] = name(i);
    if (i < 700) continue;
    ASSERT_TRUE(tree.take(name(i - 700)));
    wanted.erase(name(i - 700));
  }
  expect_same(tree, wanted);
}

// Several kinds of keys: short ones that are taken and put again, long ones whose heads are equal,
// ones that only grow; in a mood that changes between growing and shrinking.
TEST(RowTree, RandomWorkMatchesAMap) {
  btree tree;
  model wanted;
  chance by;
  std::uint64_t appended = 0;
  const auto some_key = [&] {
    switch (by.below(4)) {
      case 0: return std::to_string(by.below(3000));
      case 1: return "the same for sixteen bytes " + std::to_string(by.below(3000));
      case 2: return "t" + std::string(by.below(40), '\0') + std::string(by.below(3), 'x');
      default:
        return "z" + std::to_string(1'000'000'000 + (by.below(3) ? ++appended : appended / 2));
    }
  };
  for (int round = 0; round < 60; ++round) {
    const std::uint64_t taken_of_ten = round % 3 == 2 ? 8 : 3;
    for (int i = 0; i < 2000; ++i) {
      std::string key = some_key();
      if (by.below(10) < taken_of_ten) {
        // Often one that is there: the next of those.
        const auto near = wanted.lower_bound(key);
        if (by.below(4) > 0 && near != wanted.end()) key = near->first;
        const row_ptr taken = tree.take(key);
        const auto it = wanted.find(key);
        ASSERT_EQ(taken != nullptr, it != wanted.end());
        if (!taken) continue;
        ASSERT_EQ(taken->value(), it->second);
        wanted.erase(it);
      } else {
        const std::string value(by.below(50), static_cast<char>('a' + by.below(26)));
        const row_ptr before = tree.put(stored_row::make(key, value));
        const auto it = wanted.find(key);
        ASSERT_EQ(before != nullptr, it != wanted.end());
        if (before) {
          ASSERT_EQ(before->value(), it->second);
        }
        wanted[key] = value;
      }
      const std::string other = some_key();
      expect_at(tree.lower_bound(other), wanted.lower_bound(other), wanted);
      ASSERT_EQ(tree.find(other) != nullptr, wanted.contains(other));
    }
    expect_same(tree, wanted);
  }
  while (!wanted.empty()) {
    const auto it = std::next(wanted.begin(), static_cast<long>(by.below(wanted.size()) / 8));
    ASSERT_TRUE(tree.take(it->first));
    wanted.erase(it);
  }
  expect_same(tree, wanted);
}

}  // namespace
}  // namespace lingerd
