#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/entropy.hpp"
#include "core/base/limits.hpp"
#include "core/loop/loop.hpp"
#include "core/state/store.hpp"
#include "store/memory/inline_worker.hpp"
#include "store/memory/memory_backend.hpp"

// Fixtures of the store's tests: a loop with a clock that is moved by hand, a folder that is
// removed with the test, a listener that records its calls.
namespace lingerd::store_tests {

class manual_clock : public clock {
 public:
  instant now() override { return now_; }
  wall_ms wall() override { return 1'700'000'000'000; }
  bool wall_is_synced() override { return true; }
  instant now_{};
};

class manual_loop final : private manual_clock, public loop {
 public:
  manual_loop() : loop(static_cast<manual_clock&>(*this)) {}
  void turn() { end_turn(); }
  void advance(std::chrono::milliseconds duration) {
    now_ += duration;
    fire_timers();
    end_turn();
  }
  using loop::now;

 private:
  void on_deferred() override {}
  void on_earlier_deadline(instant) override {}
};

class counting_entropy final : public entropy {
 public:
  explicit counting_entropy(unsigned char first = 1) : next_(first) {}
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& b : bytes) b = next_++;
  }

 private:
  unsigned char next_;
};

class temp_folder {
 public:
  temp_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "linger-store-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path = name;
  }
  ~temp_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;
  std::filesystem::path path;
};

class recorder final : public append_listener {
 public:
  void on_committed(std::span<const std::uint64_t> t, std::span<applied> r) override {
    batches.push_back(t.size());
    tickets.insert(tickets.end(), t.begin(), t.end());
    for (applied& a : r) results.push_back(std::move(a));
    if (continuation) continuation();
  }
  std::vector<std::size_t> batches;
  std::vector<std::uint64_t> tickets;
  std::vector<applied> results;
  std::function<void()> continuation;
};

class row_counter final : public row_sink {
 public:
  void on_meta(const meta_row& r) override { meta = r; }
  void on_user(const user_row& r) override { users.push_back(r); }
  void on_friend(const friend_row&) override { ++friends; }
  void on_group(const group_row&) override { ++groups; }
  void on_member(const member_row&) override { ++members; }
  void on_read(const read_row&) override { ++reads; }
  void on_session(const session_row&) override { ++sessions; }
  void on_conversation(conversation target, const message_head& h) override {
    heads.emplace_back(target, h);
  }
  meta_row meta;
  std::vector<user_row> users;
  std::size_t friends = 0, groups = 0, members = 0, reads = 0, sessions = 0;
  std::vector<std::pair<conversation, message_head>> heads;
};

inline change new_user(const std::string& name) {
  add_user c;
  c.name = c.display = name;
  c.password_hash = "hash of " + name;
  return c;
}
inline change befriend(user_id a, user_id b) { return make_friends{a, b, 1000}; }
inline change message_to(user_id sender, user_id recipient, std::string text,
                         std::string cid = "") {
  send_message c;
  c.sender = sender;
  c.target = conversation::single(sender, recipient);
  c.text = std::move(text);
  c.cid = std::move(cid);
  c.timestamp = 1'700'000'000'000;
  return c;
}

// A store on inline workers and a loop moved by hand, with all objects that it refers to. A store
// is opened by the test and passed to set_store().
struct store_fixture {
  manual_loop loop;
  inline_worker storage;
  inline_worker reader;
  limits bounds;
  counting_entropy entropy;
  recorder listener;
  std::unique_ptr<lingerd::store> store;

  void set_store(std::unique_ptr<lingerd::store> opened) {
    store = std::move(opened);
    store->set_listener(listener);
  }
  // Appends the change and commits all pending ones; returns the outcome of the last.
  applied& commit(change c) {
    store->append(std::move(c));
    settle();
    return listener.results.back();
  }
  void settle() {
    loop.turn();
    while (storage.run_all() + reader.run_all() > 0) loop.turn();
  }
  // Adds users 1 to `count`, each a friend of the next.
  void make_users(user_id count) {
    for (user_id u = 1; u <= count; ++u) store->append(new_user("user" + std::to_string(u)));
    for (user_id u = 1; u < count; ++u) store->append(befriend(u, u + 1));
    settle();
    for (const applied& a : listener.results) ASSERT_FALSE(a.refused) << a.refused->message;
  }
  result<message_list> read(const std::function<void(lingerd::store::messages_done)>& submit) {
    std::optional<result<message_list>> outcome;
    submit([&](result<message_list> r) { outcome.emplace(std::move(r)); });
    settle();
    return std::move(*outcome);
  }
};

inline std::vector<change_id> ids_of(const message_list& l) {
  std::vector<change_id> ids;
  for (const message_row& m : l.messages) ids.push_back(m.head.id);
  return ids;
}

}  // namespace lingerd::store_tests
