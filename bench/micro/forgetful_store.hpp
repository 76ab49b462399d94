#pragma once

#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/check.hpp"
#include "core/state/store.hpp"

namespace lingerd::bench {

// A store that keeps no message: what is sent counts as durable as soon as tell() is called. What a
// benchmark then measures is the loop's side alone, with as many users as it likes.
class forgetful_store final : public store {
 public:
  // As of a server that is not new: ids, and so cursors, have ten digits.
  static constexpr change_id first_id = 1'000'000'000;

  // Users 1 to `count`.
  explicit forgetful_store(user_id count) {
    meta_.epoch = "0123456789abcdef";
    meta_.last_id = last_id_;
    meta_.last_party = meta_.users = count;
    for (user_id u = 1; u <= count; ++u) {
      user_row r;
      r.id = u;
      r.name = r.display = "user" + std::to_string(u);
      r.changed = u;
      users_.push_back(r);
    }
  }
  // To be loaded.
  void sign_in(user_id user, const token_hash& hash, wall_ms now) {
    sessions_.push_back({hash, user, user, now, now});
  }

  void set_listener(append_listener& l) override { listener_ = &l; }
  // REQUIRES: a message.
  std::uint64_t append(change c) override {
    auto& message = std::get<send_message>(c);
    applied& a = results_.emplace_back();
    message_row& m = a.message.emplace();
    m.conversation = message.target;
    m.head = {++last_id_, ++messages_, messages_, message.from};
    m.timestamp = a.timestamp = message.timestamp;
    m.text = std::move(message.text);
    m.cid = std::move(message.cid);
    a.id = last_id_;
    tickets_.push_back(++last_ticket_);
    return last_ticket_;
  }
  std::size_t reading() const override { return 0; }
  std::size_t unindexed() const override { return 0; }
  std::size_t pending() const override { return results_.size(); }
  void commit_all() {
    listener_->on_committed(tickets_, results_);
    tickets_.clear();
    results_.clear();
  }

  void load(row_sink& sink) override {
    sink.on_meta(meta_);
    for (const user_row& r : users_) sink.on_user(r);
    for (const session_row& r : sessions_) sink.on_session(r);
  }
  void read_forward(std::vector<message_range>, std::size_t, std::size_t, messages_done) override {
    CHECK(!"what is not kept is read");
  }
  void read_backward(conversation, std::vector<message_range>, change_id, std::size_t,
                     messages_done) override {
    CHECK(!"what is not kept is read");
  }
  void read_newest(std::vector<message_range>, messages_done) override {
    CHECK(!"what is not kept is read");
  }
  void read_password_hash(user_id, text_done) override { CHECK(!"what is not kept is read"); }

 private:
  meta_row meta_;
  std::vector<user_row> users_;
  std::vector<session_row> sessions_;
  append_listener* listener_ = nullptr;
  std::vector<std::uint64_t> tickets_;
  std::vector<applied> results_;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t messages_ = 0;
  change_id last_id_ = first_id;
};

}  // namespace lingerd::bench
