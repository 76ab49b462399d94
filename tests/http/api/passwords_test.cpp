#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "http/api/passwords.hpp"
#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

// Of "correct horse", with the costs that Linger uses.
const std::string known =
    "$argon2id$v=19$m=19456,t=2,p=1$Qp/ce1lW9+5rVrTcVD1IgQ$TKfnHshbYG56r+/"
    "wmCNTbxWL4ShkdxbL6MhJKv3QB3o";
// Of "correct horse", with less memory and one pass.
const std::string weaker =
    "$argon2id$v=19$m=8192,t=1,p=1$NfcfqKBXtppXF6tbvXBPIg$Bp/wSOG/wd6dv7mXfWd2g5P6U/qrPepkwIZdIeBi/"
    "WE";

// Of "password", from the tests of Argon2's own authors.
const std::string authors =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

// Passwords on a worker that runs when it is told to, and who asks for them.
struct desk {
  explicit desk(limits of = {}) : bounds(of), secrets(std::in_place, on, thread, bounds) {}

  template <class T>
  void ask(task<result<T>> t, std::optional<result<T>>& got) {
    roots->spawn(keep(std::move(t), got));
  }
  void settle() {
    on.end_turn();
    while (thread.run_all() > 0) on.end_turn();
  }
  bool verify(std::string hash, std::string password) {
    std::optional<result<bool>> got;
    ask(secrets->verify(std::move(hash), std::move(password)), got);
    settle();
    EXPECT_TRUE(got && *got);
    return got && *got && **got;
  }

  hand_clock time;
  hand_loop on{time};
  limits bounds;
  inline_worker thread;
  std::optional<passwords> secrets;
  std::unique_ptr<nursery> roots = std::make_unique<nursery>();

 private:
  template <class T>
  static task<void> keep(task<result<T>> t, std::optional<result<T>>& got) {
    result<T> value = co_await std::move(t);
    got.emplace(std::move(value));
  }
};

limits queue_of(std::size_t n) {
  limits bounds;
  bounds.sign_in_queue = n;
  return bounds;
}

TEST(Passwords, AKnownHashVerifies) {
  desk d;
  EXPECT_TRUE(d.verify(known, "correct horse"));
  EXPECT_FALSE(d.verify(known, "correct horsf"));
  EXPECT_FALSE(d.verify(known, "correct horse "));
  EXPECT_FALSE(d.verify(known, ""));
}

TEST(Passwords, AHashOfOtherCostsVerifies) {
  desk d;
  EXPECT_TRUE(d.verify(weaker, "correct horse"));
  EXPECT_TRUE(d.verify(authors, "password"));
  EXPECT_FALSE(d.verify(weaker, "wrong"));
}

TEST(Passwords, WhatIsHashedVerifies) {
  desk d;
  std::optional<result<std::string>> got;
  d.ask(d.secrets->hash("pässwörd"), got);
  EXPECT_FALSE(got.has_value()) << "not on the loop";
  d.settle();
  ASSERT_TRUE(got && *got);
  EXPECT_TRUE((**got).starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << **got;
  EXPECT_TRUE(passwords::is_hash(**got));
  EXPECT_TRUE(d.verify(**got, "pässwörd"));
  EXPECT_FALSE(d.verify(**got, "passwörd"));
}

TEST(Passwords, TwoHashesOfOnePasswordDiffer) {
  EXPECT_NE(passwords::hash_now("same"), passwords::hash_now("same"));
}

TEST(Passwords, ALongPasswordCountsToItsEnd) {
  desk d;
  const std::string hash = passwords::hash_now(std::string(1024, 'x'));
  EXPECT_TRUE(d.verify(hash, std::string(1024, 'x')));
  std::string other(1024, 'x');
  other.back() = 'y';
  EXPECT_FALSE(d.verify(hash, other));
}

TEST(Passwords, AZeroInAPasswordEndsNothing) {
  desk d;
  const std::string hash = passwords::hash_now(std::string("a\0b", 3));
  EXPECT_TRUE(d.verify(hash, std::string("a\0b", 3)));
  EXPECT_FALSE(d.verify(hash, std::string("a\0c", 3)));
  EXPECT_FALSE(d.verify(hash, "a"));
}

TEST(Passwords, NobodyIsLetIn) {
  desk d;
  for (const char* guess : {"", "nobody", "password", "x"}) EXPECT_FALSE(d.verify("", guess));
}

TEST(Passwords, NobodyIsAskedOnTheSamePath) {
  desk d;
  std::optional<result<bool>> got;
  d.ask(d.secrets->verify("", "guess"), got);
  EXPECT_FALSE(got.has_value());
  EXPECT_EQ(d.thread.waiting(), 1u) << "a job as for everybody";
  d.settle();
  ASSERT_TRUE(got && *got);
  EXPECT_FALSE(**got);
}

TEST(Passwords, NobodyTakesAsLongAsSomebody) {
  desk d;
  const auto quickest = [&](const std::string& hash) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 5; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_FALSE(d.verify(hash, "guess"));
      best = std::min(best, std::chrono::steady_clock::now() - begin);
    }
    return best;
  };
  const auto somebody = quickest(known);
  const auto nobody = quickest("");
  EXPECT_GT(nobody, somebody / 2);
  EXPECT_LT(nobody, somebody * 2);
}

TEST(Passwords, WhatIsNoHashLetsNobodyIn) {
  desk d;
  for (const char* bad : {"x", "hash of li", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$$"}) {
    EXPECT_FALSE(d.verify(bad, "")) << bad;
    EXPECT_FALSE(d.verify(bad, "x")) << bad;
  }
}

TEST(Passwords, OnlyArgon2idIsAHash) {
  EXPECT_TRUE(passwords::is_hash(known));
  EXPECT_TRUE(passwords::is_hash(weaker));
  std::string argon2i = known;
  argon2i.erase(8, 1);
  for (const std::string& bad :
       {std::string(), std::string("x"), std::string("$argon2id$"), known.substr(0, 40), argon2i,
        "x" + known, known + std::string(200, 'A'), std::string("$2y$10$abcdefghijklmnopqrstuv")}) {
    EXPECT_FALSE(passwords::is_hash(bad)) << bad;
  }
}

TEST(Passwords, TheQueueIsBounded) {
  desk d(queue_of(2));
  std::optional<result<bool>> first, second, third;
  std::optional<result<std::string>> fourth;
  d.ask(d.secrets->verify(known, "correct horse"), first);
  d.ask(d.secrets->verify(known, "x"), second);
  d.ask(d.secrets->verify("", "x"), third);
  d.ask(d.secrets->hash("x"), fourth);
  EXPECT_EQ(d.thread.waiting(), 2u);
  ASSERT_TRUE(third && fourth) << "at once";
  ASSERT_FALSE(third->has_value());
  EXPECT_EQ(third->error().code, error::overloaded);
  ASSERT_FALSE(fourth->has_value());
  EXPECT_EQ(fourth->error().code, error::overloaded);
  d.settle();
  ASSERT_TRUE(first && *first && second && *second);
  EXPECT_TRUE(**first);
  EXPECT_FALSE(**second);
}

TEST(Passwords, TheQueueHasRoomAgainWhenOneIsDone) {
  desk d(queue_of(1));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(d.verify(known, "correct horse")) << i;
}

TEST(Passwords, WhoIsGoneGivesHisPlaceBack) {
  desk d(queue_of(1));
  std::optional<result<bool>> gone;
  d.ask(d.secrets->verify(known, "x"), gone);
  d.roots = std::make_unique<nursery>();
  d.settle();  // his job runs, and nobody hears of it
  EXPECT_FALSE(gone.has_value());
  EXPECT_TRUE(d.verify(known, "correct horse"));
}

TEST(Passwords, MayGoWhileJobsWait) {
  desk d;
  std::optional<result<bool>> first, second;
  std::optional<result<std::string>> third;
  d.ask(d.secrets->verify(known, "x"), first);
  d.ask(d.secrets->verify("", "x"), second);
  d.ask(d.secrets->hash("x"), third);
  EXPECT_EQ(d.thread.waiting(), 3u);
  d.roots.reset();
  d.thread.stop();
  d.secrets.reset();
  d.on.end_turn();
  EXPECT_FALSE(first || second || third);
}

}  // namespace
}  // namespace lingerd::http_tests
