#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "core/chat/chat.hpp"
#include "core/loop/task.hpp"
#include "http/api/message_form.hpp"
#include "http/api/pending_message.hpp"
#include "http/api/server.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/core/state/chat_steps.hpp"
#include "tests/http/protocol/scripted_stream.hpp"
#include "tests/store/commit/store_fixtures.hpp"

// A whole server without sockets and threads, in a time that is moved by hand: both clocks, and
// whether the wall clock is synced.
namespace lingerd::http_tests {

using store_tests::new_user;

inline constexpr wall_ms start_wall = 1'790'000'000'000;  // 2026-09-21
inline constexpr wall_ms one_day = 24 * 60 * 60 * 1000;

class hand_clock final : public clock {
 public:
  instant now() override { return now_; }
  wall_ms wall() override { return wall_; }
  bool wall_is_synced() override { return synced_; }
  instant now_{};
  wall_ms wall_ = start_wall;
  bool synced_ = true;
};

class hand_loop final : public loop {
 public:
  explicit hand_loop(hand_clock& clock) : loop(clock) {}

 private:
  void on_deferred() override {}
  void on_earlier_deadline(instant) override {}
};

class fixed_entropy final : public entropy {
 public:
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& b : bytes) b = static_cast<unsigned char>(generator_());
  }

 private:
  std::mt19937_64 generator_{42};
};

// A server over the memory store, with everything that it refers to. What it is asked is finished
// by moving the loop and the workers until all is done.
class server_fixture : public core_tests::chat_steps {
 public:
  explicit server_fixture(limits bounds = {}, std::string public_url = {}, hand_clock clock = {})
      : time(clock),
        bounds(bounds),
        store_(open_memory_store(std::make_shared<memory_backend>(), loop, storage, reader,
                                 this->bounds, {}, entropy)),
        chat(loop, *store_, this->bounds),
        server(chat, entropy, hashing, {"Linger", std::move(public_url), std::nullopt}),
        app(server.context()) {
    chat.load();
  }

  void settle() override {
    do {
      loop.end_turn();
    } while (storage.run_all() + reader.run_all() + hashing.run_all() > 0 || !loop.is_idle());
  }
  // Moves both clocks.
  void advance(std::chrono::milliseconds duration) {
    time.now_ += duration;
    time.wall_ += duration.count();
    loop.fire_timers();
    settle();
  }
  // The token of a new session, last used at `used`.
  std::string session_of(user_id user, wall_ms used) {
    const std::string token = make_token(entropy);
    open_session opening;
    opening.user = user;
    opening.hash = *hash_of_token(token);
    opening.now = used;
    commit(opening);
    return token;
  }
  std::string session_of(user_id user) { return session_of(user, time.wall_); }
  const sessions::session* stored(const std::string& token) {
    return chat.sessions().find(*hash_of_token(token));
  }

  // The router's reply.
  reply route(const http_request& r) { return server.router().answer(r, stream); }
  // The final response; throws for a poll.
  response answer(const http_request& r) {
    reply routed = route(r);
    if (auto* immediate = std::get_if<response>(&routed)) return std::move(*immediate);
    if (auto* work = std::get_if<task<response>>(&routed)) return finish(std::move(*work));
    auto* message =
        dynamic_cast<pending_message*>(std::get<std::unique_ptr<pending>>(routed).get());
    if (!message) throw std::runtime_error("a poll");
    waiter asleep(loop);
    if (auto refused = message->begin(asleep)) return std::move(*refused);
    settle();
    std::string body;
    response outcome = message->outcome(body);
    outcome.body = outcome.fixed.empty() ? outcome.body : std::string(outcome.fixed);
    outcome.fixed = {};
    return outcome;
  }

  hand_clock time;
  hand_loop loop{time};
  limits bounds;
  fixed_entropy entropy;
  inline_worker storage, reader, hashing;
  scripted_stream stream;

 private:
  lingerd::chat& tested_chat() override { return chat; }
  nursery& tasks() override { return roots; }

  std::unique_ptr<store> store_;

 public:
  lingerd::chat chat;
  lingerd::server server;
  app_context& app;  // the server's
  nursery roots;     // last: its frames refer to all of the above
};

inline http_request signed_by(const std::string& token, http_request r) {
  field_of(r, field::authorization) = "Bearer " + token;
  return r;
}
inline http_request signed_by_cookie(const std::string& token, http_request r) {
  field_of(r, field::cookie) = "linger=" + token;
  return r;
}
inline http_request with_json(http_request r, std::string body) {
  field_of(r, field::content_type) = "application/json";
  r.body = std::move(body);
  return r;
}

}  // namespace lingerd::http_tests
