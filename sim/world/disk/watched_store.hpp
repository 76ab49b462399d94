#pragma once

#include <functional>
#include <memory>
#include <span>
#include <utility>

#include "core/state/store.hpp"

namespace lingerd::sim {

// Learns what became durable, before the chat does.
class commit_watcher {
 public:
  virtual ~commit_watcher() = default;
  virtual void committed(std::span<const applied> results) = 0;
};

// A store that reports each commit to a watcher, and forwards everything else.
class watched_store final : public store, private append_listener {
 public:
  // `on_commit` is called first when a batch is reported, then the watcher, then the listener.
  // `watcher` may be null, and outlives the store.
  watched_store(std::unique_ptr<store> inner, commit_watcher* watcher,
                std::function<void()> on_commit)
      : store_(std::move(inner)), watcher_(watcher), on_commit_(std::move(on_commit)) {
    store_->set_listener(*this);
  }

  void set_listener(append_listener& l) override { listener_ = &l; }
  std::uint64_t append(change c) override { return store_->append(std::move(c)); }
  std::size_t pending() const override { return store_->pending(); }
  std::size_t reading() const override { return store_->reading(); }
  std::size_t unindexed() const override { return store_->unindexed(); }
  void read_forward(std::vector<message_range> ranges, std::size_t limit, std::size_t bytes,
                    messages_done on_done) override {
    store_->read_forward(std::move(ranges), limit, bytes, std::move(on_done));
  }
  void read_backward(conversation conversation, std::vector<message_range> stays, change_id before,
                     std::size_t limit, messages_done on_done) override {
    store_->read_backward(conversation, std::move(stays), before, limit, std::move(on_done));
  }
  void read_newest(std::vector<message_range> ranges, messages_done on_done) override {
    store_->read_newest(std::move(ranges), std::move(on_done));
  }
  void read_password_hash(user_id user, text_done on_done) override {
    store_->read_password_hash(user, std::move(on_done));
  }
  void load(row_sink& sink) override { store_->load(sink); }

 private:
  void on_committed(std::span<const std::uint64_t> tickets, std::span<applied> results) override {
    on_commit_();
    if (watcher_) watcher_->committed(results);
    listener_->on_committed(tickets, results);
  }

  const std::unique_ptr<store> store_;
  commit_watcher* const watcher_;
  const std::function<void()> on_commit_;
  append_listener* listener_ = nullptr;
};

}  // namespace lingerd::sim
