#pragma once

#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/check.hpp"
#include "core/state/store.hpp"

namespace lingerd::bench {

// A store without tables: appended messages count as durable once commit_all() is called. A
// benchmark on it measures the loop's work alone, with any number of users. Used on the loop's
// thread; stored messages cannot be read.
class forgetful_store final : public store {
 public:
  // Ids, and thus cursors, have ten digits, as those of a server with some history.
  static constexpr change_id first_id = 1'000'000'000;

  // Has users 1 to `count`.
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
  // Adds a session, which the next load() returns.
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
    m.head = {++last_id_, ++messages_, messages_, message.sender};
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
    CHECK(!"a forgetful_store cannot be read");
  }
  void read_backward(conversation, std::vector<message_range>, change_id, std::size_t,
                     messages_done) override {
    CHECK(!"a forgetful_store cannot be read");
  }
  void read_newest(std::vector<message_range>, messages_done) override {
    CHECK(!"a forgetful_store cannot be read");
  }
  void read_password_hash(user_id, text_done) override {
    CHECK(!"a forgetful_store cannot be read");
  }

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
