#pragma once

#include <boost/intrusive/list.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/loop/worker.hpp"
#include "store/engine/backend.hpp"

namespace lingerd {

// A read in flight: run() on the reader worker, the rest on the loop. Linked into its store's list;
// deletes itself in done().
class any_read_job : public job,
                     public boost::intrusive::list_base_hook<
                         boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {};

// A read with the result T. Any exception is logged and becomes a refusal (overloaded).
template <class T>
class read_job final : public any_read_job {
 public:
  using work = std::function<T(kv_transaction&)>;
  using callback = std::function<void(result<T>)>;
  read_job(backend& backend, work work, callback on_done)
      : backend_(backend), work_(std::move(work)), callback_(std::move(on_done)) {}

  void run() override {
    try {
      const auto txn = backend_.begin_read();
      outcome_.emplace(work_(*txn));
    } catch (const std::exception& e) {
      log::error(e.what());
      outcome_.emplace(refusal(error::overloaded, "what is stored cannot be read"));
    }
  }
  void done() override {
    const std::unique_ptr<read_job> self(this);
    unlink();
    callback_(std::move(*outcome_));
  }

 private:
  backend& backend_;
  work work_;
  callback callback_;
  std::optional<result<T>> outcome_;
};

}  // namespace lingerd
