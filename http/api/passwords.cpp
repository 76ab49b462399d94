#include "http/api/passwords.hpp"

#include <sodium.h>

#include <functional>
#include <memory>
#include <utility>

#include "core/loop/one_shot.hpp"
#include "core/base/check.hpp"

namespace lingerd {
namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 19 * 1024 * 1024;

// Of a password that nobody has, with the costs above: what is verified where there is no account.
constexpr const char* nobodys =
    "$argon2id$v=19$m=19456,t=2,p=1$3TGolBsvx4+dEqmmdKENNg$"
    "WWkKZwikF3MK9H3TbYgIWuHkPPpj4FgXhqJrbcU3pG8";

// A job that goes when its answer is given, or with the passwords.
template <class Out>
class password_job final : public passwords::listed_job {
 public:
  password_job(std::function<Out()> work, std::function<void(Out)> give)
      : work_(std::move(work)), give_(std::move(give)) {}
  void run() override { out_ = work_(); }
  void done() override {
    const std::unique_ptr<password_job> self(this);
    give_(std::move(out_));
  }

 private:
  std::function<Out()> work_;
  std::function<void(Out)> give_;
  Out out_{};
};

// Counts a sign-in that waits for its turn, however it ends.
class counted {
 public:
  explicit counted(std::size_t& n) : n_(n) { ++n_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --n_; }

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
    const char* against = exists ? hash.c_str() : nobodys;
    const bool same = crypto_pwhash_str_verify(against, password.data(), password.size()) == 0;
    return same && exists;
  }
};

}  // namespace

const password_hashing& argon2id() {
  static const argon2id_hashing one;
  return one;
}

passwords::passwords(loop& on, worker& thread, const limits& bounds, const password_hashing& how)
    : loop_(on), thread_(thread), bounds_(bounds), how_(how) {}

passwords::~passwords() {
  jobs_.clear_and_dispose([](listed_job* j) { delete j; });
}

void passwords::submit(listed_job& j) {
  jobs_.push_back(j);
  thread_.submit(j);
}

std::string passwords::hash_now(const std::string& password) { return argon2id().hash(password); }

bool passwords::is_hash(const std::string& s) {
  return s.size() < crypto_pwhash_STRBYTES && s.starts_with("$argon2id$") &&
         crypto_pwhash_str_needs_rehash(s.c_str(), passes, memory_bytes) >= 0;
}

task<result<std::string>> passwords::hash(std::string password) {
  if (waiting_ >= bounds_.sign_in_queue) co_return too_busy();
  const counted here(waiting_);
  answer<std::string> reply(loop_);
  std::function<std::string()> work = [&how = how_, password] { return how.hash(password); };
  submit(*new password_job<std::string>(std::move(work), reply.taker()));
  co_await reply.asleep.wait(wake::done);
  std::string hashed = reply.take();
  if (hashed.empty()) co_return too_busy();
  co_return hashed;
}

task<result<bool>> passwords::verify(std::string hash, std::string password) {
  if (waiting_ >= bounds_.sign_in_queue) co_return too_busy();
  const counted here(waiting_);
  answer<bool> reply(loop_);
  std::function<bool()> work = [&how = how_, hash, password] { return how.verify(hash, password); };
  submit(*new password_job<bool>(std::move(work), reply.taker()));
  co_await reply.asleep.wait(wake::done);
  co_return reply.take();
}

}  // namespace lingerd
