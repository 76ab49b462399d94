#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"

// A small world of clients that chat: the same seed gives the same trace, to the byte, and every
// acknowledged message arrives once, in order.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t user_count = 20;
constexpr auto duration = 5min;
constexpr auto drain = 2min;

class small_world {
 public:
  explicit small_world(std::uint64_t seed) : entropy_(seed) {
    server_.spawn(begin(*this));
    loop_.run_until(duration + drain);
  }

  const std::string& trace() const { return trace_; }
  std::size_t acknowledged() const { return acknowledged_.size(); }
  std::size_t arrived_pieces() const { return pieces_; }

  // Every acknowledged message reached its recipient once, in the order of the ids.
  void check() const {
    EXPECT_EQ(failures_, std::vector<std::string>());
    for (const auto& [id, recipient] : acknowledged_) {
      const auto entry = delivered_.find(recipient);
      ASSERT_NE(entry, delivered_.end());
      EXPECT_EQ(std::count(entry->second.begin(), entry->second.end(), id), 1) << "message " << id;
    }
    std::size_t total = 0;
    for (const auto& [user, ids] : delivered_) {
      EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end())) << "user " << user;
      total += ids.size();
    }
    EXPECT_EQ(total, acknowledged_.size());
  }

 private:
  static task<void> begin(small_world& w) {
    lingerd::chat& server_chat = w.server_.chat();
    w.users_ = co_await make_ring_of_friends(server_chat, w.entropy_, user_count);
    for (std::size_t i = 0; i < user_count; ++i) {
      w.clients_.spawn(record_failures(w, listen(w, i)));
      w.clients_.spawn(record_failures(w, chat(w, i)));
    }
  }

  static task<void> record_failures(small_world& w, task<void> work) {
    try {
      co_await std::move(work);
    } catch (const std::exception& e) {
      w.failures_.push_back(e.what());
    }
  }

  wire_observer observe(std::size_t wire) {
    wire_observer observer;
    observer.on_segment = [this, wire](instant time, int end, std::string_view bytes) {
      ++pieces_;
      trace_ += std::to_string(time.count()) + ' ' + std::to_string(wire) + (end ? '>' : '<');
      trace_ += bytes;
      trace_ += '\n';
    };
    return observer;
  }

  // As the page does: the start, then one poll after the other.
  static task<void> listen(small_world& w, std::size_t me) {
    scripted_client client(w.loop_, w.server_.connect(w.observe(me)), w.users_[me].token);
    const scripted_client::answer start = co_await client.get("/api/start");
    const std::string epoch(start.body.at("epoch").as_string());
    auto cursor = start.body.at("cursor").to_number<change_id>();
    for (;;) {
      std::string path =
          "/api/events?after=" + std::to_string(cursor) + "&epoch=" + epoch + "&wait=100";
      const scripted_client::answer a = co_await client.get(std::move(path));
      if (a.status != 200) throw std::runtime_error("poll: " + std::to_string(a.status));
      cursor = a.body.at("next").to_number<change_id>();
      for (const auto& e : a.body.at("events").as_array()) {
        if (e.at("event").as_string() != "message") continue;
        if (e.at("to").to_number<user_id>() != w.users_[me].id) continue;
        w.delivered_[w.users_[me].id].push_back(e.at("id").to_number<change_id>());
      }
    }
  }

  static task<void> chat(small_world& w, std::size_t me) {
    scripted_client client(w.loop_, w.server_.connect(w.observe(user_count + me)),
                           w.users_[me].token);
    while (w.loop_.now() < duration) {
      const auto pause = std::chrono::milliseconds(100 + w.entropy_.below(10'000));
      co_await client.sleep(pause);
      const bool is_next = w.entropy_.below(2) == 0;
      const user_id recipient = w.users_[(me + (is_next ? 1 : user_count - 1)) % user_count].id;
      boost::json::value message = {{"type", "single"},
                                    {"to", recipient},
                                    {"msg", "at " + std::to_string(w.loop_.now().count())}};
      const scripted_client::answer a = co_await client.post("/api/messages", std::move(message));
      if (a.status != 201) throw std::runtime_error("send: " + std::to_string(a.status));
      w.acknowledged_[a.body.at("id").to_number<change_id>()] = recipient;
    }
  }

  virtual_clock clock_;
  virtual_loop loop_{clock_};
  limits bounds_;
  seeded_entropy entropy_;
  std::string trace_;
  std::size_t pieces_ = 0;
  std::vector<std::string> failures_;
  std::vector<test_user> users_;
  std::map<change_id, user_id> acknowledged_;
  std::map<user_id, std::vector<change_id>> delivered_;
  virtual_server server_{loop_, bounds_, {}, 7};
  nursery clients_;
};

TEST(World, EveryMessageArrivesOnceAndInOrder) {
  const small_world w(1);
  EXPECT_GT(w.acknowledged(), user_count * 20);
  w.check();
}

TEST(World, TheSameSeedGivesTheSameTrace) {
  const small_world first(42);
  const small_world second(42);
  EXPECT_GT(first.arrived_pieces(), 1'000U);
  EXPECT_TRUE(first.trace() == second.trace());
}

TEST(World, AnotherSeedGivesAnotherTrace) {
  const small_world first(1);
  const small_world second(2);
  EXPECT_FALSE(first.trace() == second.trace());
}

}  // namespace
}  // namespace lingerd::world_tests
