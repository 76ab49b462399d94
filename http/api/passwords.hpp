#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <string>

#include "core/base/error.hpp"
#include "core/base/limits.hpp"
#include "core/loop/loop.hpp"
#include "core/loop/task.hpp"
#include "core/loop/worker.hpp"

namespace lingerd {

// How a password becomes what is kept of it.
class password_hashing {
 public:
  virtual ~password_hashing() = default;
  // Empty where there is no memory for it.
  virtual std::string hash(const std::string& password) const = 0;
  // With an empty hash the same work is done, and the answer is no: the time tells nothing.
  virtual bool verify(const std::string& hash, const std::string& password) const = 0;
};

// Argon2id with m = 19 MiB, t = 2, p = 1: OWASP's recommendation.
const password_hashing& argon2id();

// Hashing on a thread of its own: it takes tens of milliseconds on a board, and 19 MiB while it
// runs.
class passwords {
 public:
  // All outlive this; the worker has stopped by the end of it.
  passwords(loop& on, worker& thread, const limits& bounds,
            const password_hashing& how = argon2id());
  ~passwords();
  passwords(const passwords&) = delete;
  passwords& operator=(const passwords&) = delete;

  struct listed_job : job,
                      boost::intrusive::list_base_hook<
                          boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    virtual ~listed_job() = default;
  };

  // `overloaded` where too many wait already.
  task<result<std::string>> hash(std::string password);
  task<result<bool>> verify(std::string hash, std::string password);

  // For those who look whether a server keeps its word: how many wait for their turn.
  std::size_t waiting() const { return waiting_; }

  // Inline, for the command line.
  static std::string hash_now(const std::string& password);
  // Whether it is an Argon2id string that verify() understands.
  static bool is_hash(const std::string& s);

 private:
  void submit(listed_job& j);

  loop& loop_;
  worker& thread_;
  const limits& bounds_;
  const password_hashing& how_;
  std::size_t waiting_ = 0;
  boost::intrusive::list<listed_job, boost::intrusive::constant_time_size<false>> jobs_;
};

}  // namespace lingerd
