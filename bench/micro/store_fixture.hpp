#pragma once

#include <sodium.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/limits.hpp"
#include "core/chat/chat.hpp"
#include "core/loop/task.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/time/virtual_loop.hpp"
#include "store/commit/open.hpp"
#include "store/memory/inline_worker.hpp"
#include "store/memory/memory_store.hpp"

// Fixtures of the micro-benchmarks: a loop and workers moved by hand, on one thread and in virtual
// time, so that only the server's own work is measured.
namespace lingerd::bench {

// All objects that a store and a chat refer to; outlives both.
struct manual_runtime {
  // As the server does at its start: libsodium selects the implementations for this processor.
  manual_runtime() { CHECK(sodium_init() >= 0); }

  virtual_clock clock;
  virtual_loop loop{clock};
  limits bounds;
  seeded_entropy entropy{1};
  inline_worker storage, reader, hashing;

  // Runs the loop and the workers until both are idle; advances the clock by 10 µs.
  void settle() {
    clock.move_to(clock.now() + std::chrono::microseconds(10));
    do {
      loop.end_turn();
    } while (storage.run_all() + reader.run_all() + hashing.run_all() > 0 || !loop.is_idle());
  }
  // Runs a task to its end and returns its value. REQUIRES: the task waits for nothing from
  // outside.
  template <class T>
  T finish(task<T> t) {
    std::optional<T> outcome;
    nursery tasks;
    tasks.spawn(keep_value(std::move(t), outcome));
    settle();
    if (!outcome) throw std::runtime_error("the task still waits");
    return std::move(*outcome);
  }

 private:
  template <class T>
  static task<void> keep_value(task<T> t, std::optional<T>& outcome) {
    T value = co_await std::move(t);
    outcome.emplace(std::move(value));
  }
};

// A folder that is removed with the object; in memory (/dev/shm) if possible, so that the server is
// measured, not the disk.
class scratch_folder {
 public:
  scratch_folder() {
    const std::filesystem::path shared = "/dev/shm";
    const bool is_available = std::filesystem::is_directory(shared);
    std::string name =
        (is_available ? shared : std::filesystem::temp_directory_path()) / "linger-micro-XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("no folder for a benchmark");
    path = name;
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  std::filesystem::path path;
};

enum class backend_kind { memory, lmdb };

// Tables on which a store can be opened, also repeatedly.
class table_storage {
 public:
  explicit table_storage(backend_kind kind) {
    if (kind == backend_kind::memory) memory_ = std::make_shared<memory_backend>();
    if (kind == backend_kind::lmdb) folder_.emplace();
  }
  // REQUIRES: `runtime` outlives the store.
  std::unique_ptr<store> open(manual_runtime& runtime) {
    if (folder_) {
      return open_store(folder_->path, runtime.loop, runtime.storage, runtime.reader,
                        runtime.bounds, {}, runtime.entropy);
    }
    return open_memory_store(memory_, runtime.loop, runtime.storage, runtime.reader, runtime.bounds,
                             {}, runtime.entropy);
  }

 private:
  std::shared_ptr<memory_backend> memory_;
  std::optional<scratch_folder> folder_;
};

// A typical message: 100 bytes.
inline std::string some_text() {
  return "The train at 17:42 was late again, so start without me; I bring the tickets and the map "
         "at seven :)";
}

inline change message(user_id sender, conversation conversation, std::string cid = {}) {
  send_message c;
  c.sender = sender;
  c.target = conversation;
  c.text = some_text();
  c.cid = std::move(cid);
  c.timestamp = 1'790'000'000'000;
  return c;
}

inline change new_user(user_id number) {
  add_user c;
  c.name = c.display = "user" + std::to_string(number);
  return c;
}

// Adds users 1 to `count`. Throws std::runtime_error if that fails.
inline void make_users(manual_runtime& runtime, chat& chat, user_id count) {
  for (user_id u = 1; u <= count; ++u) chat.commit_unwatched(new_user(u));
  runtime.settle();
  if (chat.directory().user_count() != count) throw std::runtime_error("users are missing");
}

// Adds a group of users 1 to `count`, owned by the first. Throws std::runtime_error if that fails.
inline group_id make_group_of(manual_runtime& runtime, chat& chat, user_id count) {
  add_group c;
  c.owner = 1;
  c.name = "everybody";
  c.max_members = count;
  for (user_id u = 2; u <= count; ++u) c.members.push_back(u);
  change making = std::move(c);
  const result<applied> group = runtime.finish(chat.commit(std::move(making)));
  if (!group) throw std::runtime_error("no group: " + group.error().message);
  return group->party;
}

}  // namespace lingerd::bench
