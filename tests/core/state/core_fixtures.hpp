#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/chat/chat.hpp"
#include "core/chat/directory.hpp"
#include "core/loop/task.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/core/state/chat_steps.hpp"
#include "tests/store/commit/store_fixtures.hpp"

// What core's tests stand on: changes through the memory store with a directory that follows them,
// and a whole chat on a loop that is moved by hand.
namespace lingerd::core_tests {

using namespace store_tests;  // NOLINT

inline constexpr wall_ms noon = 1'700'000'000'000;  // 2023-11-14T22:13:20Z, manual_clock's wall

inline token_hash token(unsigned char n) {
  token_hash h{};
  h.fill(n);
  return h;
}

template <class Row>
std::vector<Row> rows_of(const applied& a) {
  std::vector<Row> found;
  for (const row_written& r : a.rows) {
    if (const auto* row = std::get_if<Row>(&r)) found.push_back(*row);
  }
  return found;
}

// A batch and its events, separated by commas.
struct batch_read : batch {
  std::string events;
};

class element_collector final : public event_sink {
 public:
  explicit element_collector(std::string& events) : events_(events) {}
  void add(change_id, std::string_view json) override {
    if (!events_.empty()) events_ += ',';
    events_ += json;
  }
  std::size_t bytes() const override { return events_.size(); }

 private:
  std::string& events_;
};

// Everything that a store holds but the messages, as a start would read it.
class stored_rows final : public row_sink {
 public:
  void on_meta(const meta_row& r) override { meta = r; }
  void on_user(const user_row& r) override { directory.absorb(r), users[r.id] = r; }
  void on_friend(const friend_row& r) override { directory.absorb(r); }
  void on_group(const group_row& r) override { directory.absorb(r), groups[r.id] = r; }
  void on_member(const member_row& r) override {
    directory.absorb(r), members[{r.group, r.user}] = r;
  }
  void on_read(const read_row& r) override { directory.absorb(r); }
  void on_session(const session_row& r) override { sessions.push_back(r); }
  void on_conversation(conversation target, const message_head& h) override {
    directory.absorb(target, h);
  }

  meta_row meta;
  lingerd::directory directory;
  std::map<user_id, user_row> users;
  std::map<group_id, group_row> groups;
  std::map<std::pair<group_id, user_id>, member_row> members;
  std::vector<session_row> sessions;
};

// Changes applied one by one; `people` follows what each of them says it has written.
class directory_fixture {
 public:
  explicit directory_fixture(limits bounds = {}) {
    fixture.bounds = bounds;
    fixture.set_store(open_memory_store(std::make_shared<memory_backend>(), fixture.loop,
                                        fixture.storage, fixture.reader, fixture.bounds, {},
                                        fixture.entropy));
  }

  applied commit(change c) {
    applied a = fixture.commit(std::move(c));
    for (const row_written& row : a.rows) {
      std::visit(
          [&](const auto& r) {
            if constexpr (requires { directory.absorb(r); }) directory.absorb(r);
          },
          row);
    }
    if (a.message) directory.absorb(a.message->conversation, a.message->head);
    return a;
  }
  // The refusal's code, or nothing where it was done.
  std::optional<error> refused(change c) {
    const applied a = commit(std::move(c));
    if (!a.refused) return std::nullopt;
    return a.refused->code;
  }

  user_id user(const std::string& name) { return commit(new_user(name)).party; }
  void befriend(user_id a, user_id b) {
    EXPECT_EQ(refused(make_friends{a, b, noon}), std::nullopt);
  }
  group_id group(user_id owner, std::vector<user_id> members, std::uint32_t room = 0) {
    lingerd::add_group c;
    c.owner = owner;
    c.name = "lab";
    c.members = std::move(members);
    c.max_members = room;
    const applied a = commit(c);
    EXPECT_FALSE(a.refused);
    return a.party;
  }
  change_id say(user_id sender, user_id recipient, const std::string& text) {
    const applied a = commit(message_to(sender, recipient, text));
    EXPECT_FALSE(a.refused);
    return a.id;
  }
  change to_group(user_id sender, group_id g, const std::string& text,
                  const std::string& cid = "") {
    send_message c;
    c.sender = sender;
    c.target = conversation::group(g);
    c.text = text;
    c.cid = cid;
    c.timestamp = noon;
    return c;
  }
  change_id say_to_group(user_id sender, group_id g, const std::string& text) {
    const applied a = commit(to_group(sender, g, text));
    EXPECT_FALSE(a.refused);
    return a.id;
  }
  void read(user_id reader, conversation target, change_id up_to) {
    EXPECT_EQ(refused(mark_read{reader, target, up_to}), std::nullopt);
  }
  stored_rows& stored() {
    snapshots_.push_back(std::make_unique<stored_rows>());
    fixture.store->load(*snapshots_.back());
    return *snapshots_.back();
  }

  store_fixture fixture;
  lingerd::directory directory;

 private:
  std::vector<std::unique_ptr<stored_rows>> snapshots_;
};

// A chat over the memory store, with all that it refers to. Each step runs the loop and the workers
// until nothing is left to do.
class chat_fixture : public chat_steps {
 public:
  explicit chat_fixture(limits wanted_bounds = {}) : bounds(wanted_bounds) { open(); }

  lingerd::chat& chat() { return *chat_; }
  // A crash and a start over what was on disk: what waited is gone.
  void restart() {
    roots.clear();
    chat_.reset();
    keep_.reset();
    storage.stop();
    reader.stop();
    open();
  }
  void settle() override {
    loop.turn();
    while (storage.run_all() + reader.run_all() > 0) loop.turn();
  }
  void pass(std::chrono::milliseconds step) {
    loop.advance(step);
    settle();
  }
  void read(user_id reader, conversation target, change_id up_to) {
    EXPECT_TRUE(chat_->mark_read(reader, target, up_to).has_value());
    chat_->flush_reads();
    settle();
  }
  // What the ring gives, or nothing where it does not reach back.
  std::optional<batch_read> at_hand(user_id reader, change_id after,
                                    selection wanted = selection::everything) {
    batch_read read;
    element_collector sink(read.events);
    const auto b = chat_->feed().at_hand(*chat_->directory().user(reader), after, wanted, sink);
    if (!b) return std::nullopt;
    static_cast<batch&>(read) = *b;
    return read;
  }
  batch_read from_store(user_id reader, change_id after, selection wanted = selection::everything) {
    batch_read read;
    element_collector sink(read.events);
    const result<batch> b = finish(chat_->feed().from_store(reader, after, wanted, sink));
    EXPECT_TRUE(b.has_value());
    if (b) static_cast<batch&>(read) = *b;
    return read;
  }

  manual_loop loop;
  limits bounds;
  counting_entropy entropy;
  std::shared_ptr<memory_backend> disk = std::make_shared<memory_backend>();
  inline_worker storage;
  inline_worker reader;

 private:
  lingerd::chat& tested_chat() override { return *chat_; }
  nursery& tasks() override { return roots; }
  void open() {
    keep_ = open_memory_store(disk, loop, storage, reader, bounds, {}, entropy);
    chat_ = std::make_unique<lingerd::chat>(loop, *keep_, bounds);
    chat_->load();
  }

  std::unique_ptr<store> keep_;
  std::unique_ptr<lingerd::chat> chat_;

 public:
  nursery roots;  // goes first: its frames refer to all of the above
};

}  // namespace lingerd::core_tests
