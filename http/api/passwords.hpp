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

// How a password becomes the hash that is stored. Called on the worker's thread: without state.
class password_hashing {
 public:
  virtual ~password_hashing() = default;
  // Empty where there is too little memory.
  virtual std::string hash(const std::string& password) const = 0;
  // With an empty hash the same work is done, and the answer is false: the time does not tell
  // whether there is such an account.
  virtual bool verify(const std::string& hash, const std::string& password) const = 0;
};

// Argon2id with m = 19 MiB, t = 2, p = 1: OWASP's recommendation.
const password_hashing& argon2id();

// Hashes and verifies passwords on a worker, since one takes tens of milliseconds on a board, and
// 19 MiB. Owned by the server; used on the loop. At most limits.sign_in_queue wait at once.
class passwords {
 public:
  // All outlive it. REQUIRES: the worker runs no job any more when the object is destroyed.
  passwords(loop& loop, worker& worker, const limits& bounds,
            const password_hashing& hashing = argon2id());
  ~passwords();
  passwords(const passwords&) = delete;
  passwords& operator=(const passwords&) = delete;

  struct listed_job : job,
                      boost::intrusive::list_base_hook<
                          boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    virtual ~listed_job() = default;
  };

  // error::overloaded where too many wait already, or hashing has too little memory. An abandoned
  // task gives its place in the queue back; its job still runs.
  task<result<std::string>> hash(std::string password);
  task<result<bool>> verify(std::string hash, std::string password);

  // For the simulator's bounds checker: how many wait or are being worked on.
  std::size_t waiting() const { return waiting_; }

  // On the calling thread, for the command line.
  static std::string hash_now(const std::string& password);
  // Whether it is an Argon2id string that verify() understands.
  static bool is_hash(const std::string& s);

 private:
  void submit(listed_job& j);

  loop& loop_;
  worker& worker_;
  const limits& bounds_;
  const password_hashing& hashing_;
  std::size_t waiting_ = 0;
  boost::intrusive::list<listed_job, boost::intrusive::constant_time_size<false>> jobs_;
};

}  // namespace lingerd
