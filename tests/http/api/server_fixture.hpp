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
#include "http/api/app_context.hpp"
#include "http/api/message_form.hpp"
#include "http/api/page.hpp"
#include "http/api/passwords.hpp"
#include "http/api/pending_message.hpp"
#include "http/api/router.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/http/protocol/scripted_stream.hpp"
#include "tests/store/commit/store_fixtures.hpp"

// A whole service without sockets and threads, in a time that is moved by hand: both clocks, and
// whether the wall clock is believed.
namespace lingerd::http_tests {

using store_tests::new_user;

inline constexpr wall_ms autumn = 1'790'000'000'000;  // 2026-09-21
inline constexpr wall_ms one_day = 24 * 60 * 60 * 1000;

class hand_clock final : public clock {
 public:
  instant now() override { return now_; }
  wall_ms wall() override { return wall_; }
  bool wall_is_synced() override { return synced_; }
  instant now_{};
  wall_ms wall_ = autumn;
  bool synced_ = true;
};

class hand_loop final : public loop {
 public:
  explicit hand_loop(hand_clock& time) : loop(time) {}

 private:
  void on_deferred() override {}
  void on_earlier_deadline(instant) override {}
};

class fixed_entropy final : public entropy {
 public:
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& b : bytes) b = static_cast<unsigned char>(from_());
  }

 private:
  std::mt19937_64 from_{42};
};

class service_world {
 public:
  explicit service_world(limits of = {}, std::string public_url = {}, hand_clock at = {})
      : time(at),
        bounds(of),
        keep_(open_memory_store(std::make_shared<memory_backend>(), on, storage, reader, bounds, {},
                                entropy)),
        chat(on, *keep_, bounds),
        authenticator(chat, entropy),
        same_origin(public_url),
        rate_limits(on, bounds),
        passwords(on, hashing, bounds),
        page(std::nullopt),
        in{chat,      authenticator, same_origin, rate_limits,
           passwords, entropy,       page,        {"Linger", std::move(public_url)},
           {}},
        routes(in) {
    chat.load();
  }

  void settle() {
    do {
      on.end_turn();
    } while (storage.run_all() + reader.run_all() + hashing.run_all() > 0 || !on.is_idle());
  }
  // Both clocks go on.
  void pass(std::chrono::milliseconds by) {
    time.now_ += by;
    time.wall_ += by.count();
    on.fire_timers();
    settle();
  }
  template <class T>
  T finish(task<T> t) {
    std::optional<T> got;
    roots.spawn(keep_value(std::move(t), got));
    settle();
    if (!got) throw std::runtime_error("it still waits");
    return std::move(*got);
  }
  template <class T>
  void begin(task<T> t, std::optional<T>& got) {
    roots.spawn(keep_value(std::move(t), got));
  }

  applied did(change c) {
    result<applied> a = finish(chat.commit(std::move(c)));
    EXPECT_TRUE(a.has_value()) << (a ? "" : a.error().message);
    return a ? std::move(*a) : applied();
  }
  user_id user(const std::string& name) { return did(new_user(name)).party; }
  void befriend(user_id a, user_id b) { did(make_friends{a, b, autumn}); }
  group_id group(user_id owner, std::vector<user_id> members) {
    lingerd::add_group c;
    c.owner = owner;
    c.name = "lab";
    c.members = std::move(members);
    return did(c).party;
  }
  change_id say(user_id from, user_id to, const std::string& text) {
    const auto s = finish(chat.send(from, conversation::single(from, to), text, ""));
    EXPECT_TRUE(s.has_value());
    return s ? s->id : 0;
  }
  // The token of a new session, last used at `used`.
  std::string session_of(user_id who, wall_ms used) {
    const std::string token = make_token(entropy);
    open_session opening;
    opening.user = who;
    opening.hash = *hash_of_token(token);
    opening.now = used;
    did(opening);
    return token;
  }
  std::string session_of(user_id who) { return session_of(who, time.wall_); }
  const sessions::session* stored(const std::string& token) {
    return chat.sessions().find(*hash_of_token(token));
  }

  // What the routes answer at once.
  reply route(const http_request& r) { return routes.answer(r, wire); }
  // What they answer in the end; a poll is none.
  response answer(const http_request& r) {
    reply what = route(r);
    if (auto* at_once = std::get_if<response>(&what)) return std::move(*at_once);
    if (auto* later = std::get_if<task<response>>(&what)) return finish(std::move(*later));
    auto* message = dynamic_cast<pending_message*>(std::get<std::unique_ptr<pending>>(what).get());
    if (message) {
      waiter asleep(on);
      if (auto refused = message->begin(asleep)) return std::move(*refused);
      settle();
      response r = message->outcome(body);
      r.body = r.fixed.empty() ? r.body : std::string(r.fixed);
      r.fixed = {};
      return r;
    }
    throw std::runtime_error("a poll");
  }

  hand_clock time;
  hand_loop on{time};
  limits bounds;
  fixed_entropy entropy;
  inline_worker storage, reader, hashing;
  scripted_stream wire;
  std::string body;  // of an answer to a message

 private:
  template <class T>
  static task<void> keep_value(task<T> t, std::optional<T>& got) {
    T value = co_await std::move(t);
    got.emplace(std::move(value));
  }
  std::unique_ptr<store> keep_;

 public:
  lingerd::chat chat;
  lingerd::authenticator authenticator;
  lingerd::same_origin same_origin;
  lingerd::rate_limits rate_limits;
  lingerd::passwords passwords;
  lingerd::page page;
  app_context in;
  router routes;
  nursery roots;  // goes first: its frames refer to all of the above
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
