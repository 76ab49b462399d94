#include "http/api/passwords.hpp"

#include <sodium.h>

#include <functional>
#include <memory>
#include <utility>

#include "core/base/check.hpp"
#include "core/loop/one_shot.hpp"

namespace lingerd {
namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 19 * 1024 * 1024;

// Of a password that no account has, with the costs above: verified where there is no account.
constexpr const char* placeholder_hash =
    "$argon2id$v=19$m=19456,t=2,p=1$3TGolBsvx4+dEqmmdKENNg$"
    "WWkKZwikF3MK9H3TbYgIWuHkPPpj4FgXhqJrbcU3pG8";

// A job deletes itself when its answer is delivered; else `passwords` deletes it.
template <class Out>
class password_job final : public passwords::listed_job {
 public:
  password_job(std::function<Out()> work, std::function<void(Out)> deliver)
      : work_(std::move(work)), deliver_(std::move(deliver)) {}
  void run() override { out_ = work_(); }
  void done() override {
    const std::unique_ptr<password_job> self(this);
    deliver_(std::move(out_));
  }

 private:
  std::function<Out()> work_;
  std::function<void(Out)> deliver_;
  Out out_{};
};

// A place in the queue, given back however the task ends.
class queue_place {
 public:
  explicit queue_place(std::size_t& n) : n_(n) { ++n_; }
  queue_place(const queue_place&) = delete;
  queue_place& operator=(const queue_place&) = delete;
  ~queue_place() { --n_; }

 private:
  std::size_t& n_;
};

refusal too_busy() { return {error::overloaded, "too many sign-ins wait; try again"}; }

class argon2id_hashing final : public password_hashing {
 public:
  argon2id_hashing() { CHECK(sodium_init() >= 0); }
  std::string hash(const std::string& password) const override {
    char out[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(out, password.data(), password.size(), passes, memory_bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
      return {};  // out of memory
    }
    return out;
  }
  bool verify(const std::string& hash, const std::string& password) const override {
    const bool exists = !hash.empty();
    const char* stored = exists ? hash.c_str() : placeholder_hash;
    const bool same = crypto_pwhash_str_verify(stored, password.data(), password.size()) == 0;
    return same && exists;
  }
};

}  // namespace

const password_hashing& argon2id() {
  static const argon2id_hashing hashing;
  return hashing;
}

passwords::passwords(loop& loop, worker& worker, const limits& bounds,
                     const password_hashing& hashing)
    : loop_(loop), worker_(worker), bounds_(bounds), hashing_(hashing) {}

passwords::~passwords() {
  jobs_.clear_and_dispose([](listed_job* j) { delete j; });
}

void passwords::submit(listed_job& j) {
  jobs_.push_back(j);
  worker_.submit(j);
}

std::string passwords::hash_now(const std::string& password) { return argon2id().hash(password); }

bool passwords::is_hash(const std::string& s) {
  return s.size() < crypto_pwhash_STRBYTES && s.starts_with("$argon2id$") &&
         crypto_pwhash_str_needs_rehash(s.c_str(), passes, memory_bytes) >= 0;
}

task<result<std::string>> passwords::hash(std::string password) {
  if (waiting_ >= bounds_.sign_in_queue) co_return too_busy();
  const queue_place place(waiting_);
  one_shot<std::string> reply(loop_);
  std::function<std::string()> work = [&hashing = hashing_, password] {
    return hashing.hash(password);
  };
  submit(*new password_job<std::string>(std::move(work), reply.callback()));
  co_await reply.asleep.wait(wake::done);
  std::string hashed = reply.take();
  if (hashed.empty()) co_return too_busy();
  co_return hashed;
}

task<result<bool>> passwords::verify(std::string hash, std::string password) {
  if (waiting_ >= bounds_.sign_in_queue) co_return too_busy();
  const queue_place place(waiting_);
  one_shot<bool> reply(loop_);
  std::function<bool()> work = [&hashing = hashing_, hash, password] {
    return hashing.verify(hash, password);
  };
  submit(*new password_job<bool>(std::move(work), reply.callback()));
  co_await reply.asleep.wait(wake::done);
  co_return reply.take();
}

}  // namespace lingerd
