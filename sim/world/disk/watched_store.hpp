#pragma once

#include <functional>
#include <memory>
#include <span>
#include <utility>

#include "core/state/store.hpp"

namespace lingerd::sim {

// Hears of what became durable, before the chat does.
class commit_watcher {
 public:
  virtual ~commit_watcher() = default;
  virtual void committed(std::span<const applied> results) = 0;
};

// A store, and somebody who looks over its shoulder.
class watched_store final : public store, private append_listener {
 public:
  // `watcher` outlives it, and may be null; `told` is called when a batch has been told of.
  watched_store(std::unique_ptr<store> of, commit_watcher* watcher, std::function<void()> told)
      : of_(std::move(of)), watcher_(watcher), told_(std::move(told)) {
    of_->set_listener(*this);
  }

  void set_listener(append_listener& l) override { listener_ = &l; }
  std::uint64_t append(change c) override { return of_->append(std::move(c)); }
  std::size_t pending() const override { return of_->pending(); }
  std::size_t reading() const override { return of_->reading(); }
  std::size_t unindexed() const override { return of_->unindexed(); }
  void read_forward(std::vector<message_range> from, std::size_t limit, std::size_t bytes,
                    messages_done done) override {
    of_->read_forward(std::move(from), limit, bytes, std::move(done));
  }
  void read_backward(conversation in, std::vector<message_range> stays, change_id before,
                     std::size_t limit, messages_done done) override {
    of_->read_backward(in, std::move(stays), before, limit, std::move(done));
  }
  void read_newest(std::vector<message_range> of, messages_done done) override {
    of_->read_newest(std::move(of), std::move(done));
  }
  void read_password_hash(user_id user, text_done done) override {
    of_->read_password_hash(user, std::move(done));
  }
  void load(row_sink& into) override { of_->load(into); }

 private:
  void on_committed(std::span<const std::uint64_t> tickets, std::span<applied> results) override {
    told_();
    if (watcher_) watcher_->committed(results);
    listener_->on_committed(tickets, results);
  }

  const std::unique_ptr<store> of_;
  commit_watcher* const watcher_;
  const std::function<void()> told_;
  append_listener* listener_ = nullptr;
};

}  // namespace lingerd::sim
