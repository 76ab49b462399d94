#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "core/loop/loop.hpp"
#include "core/loop/worker.hpp"
#include "core/state/store.hpp"
#include "store/commit/group_commit.hpp"
#include "store/commit/read_job.hpp"
#include "store/engine/backend.hpp"
#include "store/index/index_memtable.hpp"

namespace lingerd {

// The store over a backend: changes go through the group commit on the storage worker, reads are
// jobs on the reader worker, each in a transaction of its own that ends within the job's run().
//
// All reads share one memtable of the message index, used by the reader worker only; the batch has
// another, used by the storage worker only.
//
// Owned by the program or the world; on the loop. Failed reads and changes arrive as refusals; only
// load() throws. The store owns its read jobs, in flight or not. Order of shutdown: both workers
// stop (threads joined, no further call of done()), then the store is destroyed, then workers, loop
// and limits.
class durable_store final : public store {
 public:
  // The backend is shared so that a virtual world can keep it across a restart. REQUIRES: all other
  // arguments outlive the store.
  durable_store(std::shared_ptr<backend> backend, loop& loop, worker& storage, worker& reader,
                const limits& bounds, group_commit::options options);
  ~durable_store() override;

  void set_listener(append_listener& l) override { commits_.set_listener(l); }
  std::uint64_t append(change c) override { return commits_.append(std::move(c)); }
  std::size_t pending() const override { return commits_.pending(); }
  std::size_t reading() const override { return reads_.size(); }
  std::size_t unindexed() const override {
    return std::max(commits_.unindexed(), memtable_.size());
  }

  void read_forward(std::vector<message_range> ranges, std::size_t limit, std::size_t bytes,
                    messages_done on_done) override;
  void read_backward(conversation conversation, std::vector<message_range> stays, change_id before,
                     std::size_t limit, messages_done on_done) override;
  void read_newest(std::vector<message_range> ranges, messages_done on_done) override;
  void read_password_hash(user_id user, text_done on_done) override;
  // Throws store_error.
  void load(row_sink& sink) override;

 private:
  template <class T>
  void submit(std::function<T(kv_transaction&)> work, std::function<void(result<T>)> on_done);

  const std::shared_ptr<backend> backend_;
  worker& reader_;
  group_commit commits_;
  index_memtable memtable_;  // on the reader worker
  boost::intrusive::list<any_read_job, boost::intrusive::constant_time_size<false>> reads_;
};

}  // namespace lingerd
