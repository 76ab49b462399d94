#pragma once

namespace lingerd {

// A piece of work that may block: a commit, a read of cold pages, a password's hash.
class job {
 public:
  virtual ~job() = default;
  // On the worker's thread. Must not touch anything of the loop.
  virtual void run() = 0;
  // On the loop's thread, after run(). May destroy the job.
  virtual void done() = 0;
};

// Runs jobs one at a time, in order, off the loop. A virtual world runs them inline and charges
// virtual time for them.
class worker {
 public:
  virtual ~worker() = default;
  // The job must live until its done() was called, or until the worker is gone.
  virtual void submit(job& j) = 0;
};

}  // namespace lingerd
