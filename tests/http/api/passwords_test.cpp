#include "http/api/passwords.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

// Of "correct horse", with the costs that Linger uses.
const std::string horse_hash =
    "$argon2id$v=19$m=19456,t=2,p=1$Qp/ce1lW9+5rVrTcVD1IgQ$TKfnHshbYG56r+/"
    "wmCNTbxWL4ShkdxbL6MhJKv3QB3o";
// Of "correct horse", with less memory and one pass.
const std::string weaker =
    "$argon2id$v=19$m=8192,t=1,p=1$NfcfqKBXtppXF6tbvXBPIg$Bp/wSOG/wd6dv7mXfWd2g5P6U/qrPepkwIZdIeBi/"
    "WE";

// Of "password", from the tests of Argon2's own authors.
const std::string authors =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

// Passwords on a worker that is run by hand, and coroutines that use them.
struct passwords_fixture {
  explicit passwords_fixture(limits bounds = {})
      : bounds(bounds), passwords(std::in_place, loop, worker, this->bounds) {}

  template <class T>
  void begin(task<result<T>> t, std::optional<result<T>>& outcome) {
    roots->spawn(store_outcome(std::move(t), outcome));
  }
  void settle() {
    loop.end_turn();
    while (worker.run_all() > 0) loop.end_turn();
  }
  bool verify(std::string hash, std::string password) {
    std::optional<result<bool>> outcome;
    begin(passwords->verify(std::move(hash), std::move(password)), outcome);
    settle();
    EXPECT_TRUE(outcome && *outcome);
    return outcome && *outcome && **outcome;
  }

  hand_clock time;
  hand_loop loop{time};
  limits bounds;
  inline_worker worker;
  std::optional<lingerd::passwords> passwords;
  std::unique_ptr<nursery> roots = std::make_unique<nursery>();

 private:
  template <class T>
  static task<void> store_outcome(task<result<T>> t, std::optional<result<T>>& outcome) {
    result<T> value = co_await std::move(t);
    outcome.emplace(std::move(value));
  }
};

limits queue_of(std::size_t n) {
  limits bounds;
  bounds.sign_in_queue = n;
  return bounds;
}

TEST(Passwords, AKnownHashVerifies) {
  passwords_fixture d;
  EXPECT_TRUE(d.verify(horse_hash, "correct horse"));
  EXPECT_FALSE(d.verify(horse_hash, "correct horsf"));
  EXPECT_FALSE(d.verify(horse_hash, "correct horse "));
  EXPECT_FALSE(d.verify(horse_hash, ""));
}

TEST(Passwords, AHashOfOtherCostsVerifies) {
  passwords_fixture d;
  EXPECT_TRUE(d.verify(weaker, "correct horse"));
  EXPECT_TRUE(d.verify(authors, "password"));
  EXPECT_FALSE(d.verify(weaker, "wrong"));
}

TEST(Passwords, AHashedPasswordVerifies) {
  passwords_fixture d;
  std::optional<result<std::string>> hash;
  d.begin(d.passwords->hash("pässwörd"), hash);
  EXPECT_FALSE(hash.has_value()) << "not on the loop";
  d.settle();
  ASSERT_TRUE(hash && *hash);
  EXPECT_TRUE((**hash).starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << **hash;
  EXPECT_TRUE(passwords::is_hash(**hash));
  EXPECT_TRUE(d.verify(**hash, "pässwörd"));
  EXPECT_FALSE(d.verify(**hash, "passwörd"));
}

TEST(Passwords, TwoHashesOfOnePasswordDiffer) {
  EXPECT_NE(passwords::hash_now("same"), passwords::hash_now("same"));
}

TEST(Passwords, ALongPasswordCountsToItsEnd) {
  passwords_fixture d;
  const std::string hash = passwords::hash_now(std::string(1024, 'x'));
  EXPECT_TRUE(d.verify(hash, std::string(1024, 'x')));
  std::string other(1024, 'x');
  other.back() = 'y';
  EXPECT_FALSE(d.verify(hash, other));
}

TEST(Passwords, AZeroInAPasswordEndsNothing) {
  passwords_fixture d;
  const std::string hash = passwords::hash_now(std::string("a\0b", 3));
  EXPECT_TRUE(d.verify(hash, std::string("a\0b", 3)));
  EXPECT_FALSE(d.verify(hash, std::string("a\0c", 3)));
  EXPECT_FALSE(d.verify(hash, "a"));
}

TEST(Passwords, AMissingAccountNeverVerifies) {
  passwords_fixture d;
  for (const char* guess : {"", "nobody", "password", "x"}) EXPECT_FALSE(d.verify("", guess));
}

TEST(Passwords, AMissingAccountTakesTheSamePath) {
  passwords_fixture d;
  std::optional<result<bool>> outcome;
  d.begin(d.passwords->verify("", "guess"), outcome);
  EXPECT_FALSE(outcome.has_value());
  EXPECT_EQ(d.worker.waiting(), 1u) << "a job as for an account";
  d.settle();
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_FALSE(**outcome);
}

TEST(Passwords, AMissingAccountTakesAsLongAsAnExistingOne) {
  passwords_fixture d;
  const auto quickest = [&](const std::string& hash) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 5; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_FALSE(d.verify(hash, "guess"));
      best = std::min(best, std::chrono::steady_clock::now() - begin);
    }
    return best;
  };
  const auto existing = quickest(horse_hash);
  const auto missing = quickest("");
  EXPECT_GT(missing, existing / 2);
  EXPECT_LT(missing, existing * 2);
}

TEST(Passwords, AMalformedHashNeverVerifies) {
  passwords_fixture d;
  for (const char* bad : {"x", "hash of li", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$$"}) {
    EXPECT_FALSE(d.verify(bad, "")) << bad;
    EXPECT_FALSE(d.verify(bad, "x")) << bad;
  }
}

TEST(Passwords, OnlyArgon2idIsAHash) {
  EXPECT_TRUE(passwords::is_hash(horse_hash));
  EXPECT_TRUE(passwords::is_hash(weaker));
  std::string argon2i = horse_hash;
  argon2i.erase(8, 1);
  for (const std::string& bad :
       {std::string(), std::string("x"), std::string("$argon2id$"), horse_hash.substr(0, 40),
        argon2i, "x" + horse_hash, horse_hash + std::string(200, 'A'),
        std::string("$2y$10$abcdefghijklmnopqrstuv")}) {
    EXPECT_FALSE(passwords::is_hash(bad)) << bad;
  }
}

TEST(Passwords, TheQueueIsBounded) {
  passwords_fixture d(queue_of(2));
  std::optional<result<bool>> first, second, third;
  std::optional<result<std::string>> fourth;
  d.begin(d.passwords->verify(horse_hash, "correct horse"), first);
  d.begin(d.passwords->verify(horse_hash, "x"), second);
  d.begin(d.passwords->verify("", "x"), third);
  d.begin(d.passwords->hash("x"), fourth);
  EXPECT_EQ(d.worker.waiting(), 2u);
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
  passwords_fixture d(queue_of(1));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(d.verify(horse_hash, "correct horse")) << i;
}

TEST(Passwords, AnAbandonedTaskGivesItsPlaceBack) {
  passwords_fixture d(queue_of(1));
  std::optional<result<bool>> gone;
  d.begin(d.passwords->verify(horse_hash, "x"), gone);
  d.roots = std::make_unique<nursery>();
  d.settle();  // the job runs; its outcome goes nowhere
  EXPECT_FALSE(gone.has_value());
  EXPECT_TRUE(d.verify(horse_hash, "correct horse"));
}

TEST(Passwords, AreDestroyedWhileJobsWait) {
  passwords_fixture d;
  std::optional<result<bool>> first, second;
  std::optional<result<std::string>> third;
  d.begin(d.passwords->verify(horse_hash, "x"), first);
  d.begin(d.passwords->verify("", "x"), second);
  d.begin(d.passwords->hash("x"), third);
  EXPECT_EQ(d.worker.waiting(), 3u);
  d.roots.reset();
  d.worker.stop();
  d.passwords.reset();
  d.loop.end_turn();
  EXPECT_FALSE(first || second || third);
}

}  // namespace
}  // namespace lingerd::http_tests
