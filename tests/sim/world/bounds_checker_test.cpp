#include "sim/world/check/bounds_checker.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "http/protocol/websocket_frame.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"

// A server with something in every container is checked against its own bounds, and then against
// bounds of which one at a time is too tight.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t event_bytes_max = 100 * 1024;

struct busy_server {
  virtual_clock clock;
  virtual_loop loop{clock};
  limits bounds;
  virtual_server server{loop, bounds, {100ms, 1ms}, 1};
  seeded_entropy entropy{2};
  std::vector<test_user> people;
  std::vector<stream_ptr> ends;

  busy_server() {
    server.spawn(populate(*this));
    loop.run_until(10s);
    const std::string stream = "/api/events?after=0&presence=1&wait=100&epoch=" + chat().epoch();
    ask(0, "GET", stream);
    ask(0, "GET",
        "/api/events?wait=100&epoch=" + chat().epoch() +
            "&after=" + std::to_string(chat().horizon()));
    ask(0, "GET",
        "/api/events?wait=100&epoch=" + chat().epoch() +
            "&after=" + std::to_string(chat().horizon()));
    ask(1, "GET", stream, {}, "Accept: text/event-stream\r\n");  // nothing is read from it
    ask(2, "GET", stream, {},
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    loop.run_until(loop.now() + 1s);
    std::string half;
    websocket::append_frame(half, websocket::opcode::text, std::string(300, 'x'),
                            websocket::mask_key{1, 2, 3, 4});
    ends.back()->write(half.substr(0, 200));
    ask(1, "GET", "/api/messages?type=single&limit=200&with=" + std::to_string(people[2].id));
    ends.push_back(server.connect());
    ends.back()->write("POST /api/messages HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n{");
    loop.run_until(loop.now() + 1s);
    ask(1, "POST", "/api/typing", R"({"type":"single","to":)" + std::to_string(people[0].id) + "}");
    for (int i = 0; i < 2; ++i) {
      ask(0, "POST", "/api/session", R"({"name":"u1","password":"wrong wrong"})");
    }
    // Before the password hashes and the commits end.
    loop.run_until(loop.now() + 5ms);
    for (int i = 0; i < 3; ++i) server.spawn(send(*this, 0, 1, 10));
  }

  lingerd::chat& chat() { return server.chat(); }

  void ask(std::size_t user, const std::string& method, const std::string& target,
           const std::string& body = {}, const std::string& fields = {}) {
    ends.push_back(server.connect());
    ends.back()->write(method + " " + target + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " +
                       people[user].token + "\r\n" + fields +
                       (body.empty() ? ""
                                     : "Content-Type: application/json\r\nContent-Length: " +
                                           std::to_string(body.size()) + "\r\n") +
                       "\r\n" + body);
  }

  static task<void> send(busy_server& b, std::size_t sender, std::size_t recipient,
                         std::size_t bytes) {
    std::string text(bytes, 'x');
    const conversation conversation =
        conversation::single(b.people[sender].id, b.people[recipient].id);
    std::string no_cid;
    lingerd::chat& chat = b.chat();
    const user_id sender_id = b.people[sender].id;
    const auto sent =
        co_await chat.send(sender_id, conversation, std::move(text), std::move(no_cid));
    EXPECT_TRUE(sent.has_value());
  }
  static task<void> populate(busy_server& b) {
    lingerd::chat& chat = b.chat();
    b.people = co_await make_ring_of_friends(chat, b.entropy, 3);
    add_group group;
    group.owner = b.people[0].id;
    group.name = "lab";
    group.brief = "everyone";
    group.members = {b.people[1].id, b.people[2].id};
    change c = group;
    const auto added = co_await chat.commit(std::move(c));
    EXPECT_TRUE(added.has_value());
    for (int i = 0; i < 12; ++i) {
      task<void> sending = send(b, 2, 1, 16'000);
      co_await std::move(sending);
    }
  }

  // Repeats the check until every user and group has had its turn.
  std::string find_excess(const limits& bounds_to_check, std::size_t event_bytes) {
    sim::bounds_checker checker(bounds_to_check, event_bytes);
    for (std::size_t i = 0; i < chat().directory().party_end(); ++i) {
      std::string excess = checker.find_excess(server.server());
      if (!excess.empty()) return excess;
    }
    return {};
  }
};

struct tight_bound {
  const char* name;
  void (*tighten)(limits& b);
  std::size_t event_bytes = event_bytes_max;
  friend std::ostream& operator<<(std::ostream& out, const tight_bound& t) { return out << t.name; }
};

const tight_bound each[] = {
    {"connections", [](limits& b) { b.connections = 3; }},
    {"bytes that a stream buffers", [](limits& b) { b.batch_bytes = 0; }, 0},
    {"unsent bytes of a response", [](limits& b) { b.batch_bytes = b.message_bytes = 0; },
     1024 * 1024},
    {"received bytes of a connection",
     [](limits& b) { b.header_bytes = b.body_bytes = b.pipelined_bytes = 0; }},
    {"bytes of partial requests", [](limits& b) { b.half_read_bytes = 0; }},
    {"bytes of partial responses", [](limits& b) { b.half_written_bytes = 0; }},
    {"ring entries", [](limits& b) { b.ring_entries = 1; }},
    {"ring bytes", [](limits& b) { b.ring_bytes = 1; }},
    {"uncommitted changes", [](limits& b) { b.append_queue = 1; }},
    {"messages that are not indexed", [](limits& b) { b.index_behind = b.batch_changes = 0; }},
    {"names in the sign-in table", [](limits& b) { b.sign_in_table = 0; }},
    {"queued sign-ins", [](limits& b) { b.sign_in_queue = 1; }},
    {"users", [](limits& b) { b.users = 2; }},
    {"a user's friends", [](limits& b) { b.friends_per_user = 1; }},
    {"a user's friends ever", [](limits& b) { b.friends_ever_per_user = 1; }},
    {"a user's groups", [](limits& b) { b.groups_per_user = 0; }},
    {"a user's groups ever", [](limits& b) { b.groups_ever_per_user = 0; }},
    {"bytes of a user's name", [](limits& b) { b.name_bytes = b.display_bytes = 1; }},
    {"a user's sessions", [](limits& b) { b.sessions_per_user = 0; }},
    {"held streams of a session", [](limits& b) { b.held_per_session = 1; }},
    {"typing notes of a user", [](limits& b) { b.typing_notes = 0; }},
    {"a group's members", [](limits& b) { b.members_per_group = 2; }},
    {"stays of a member", [](limits& b) { b.stays_per_member = 0; }},
    {"bytes of a group's name", [](limits& b) { b.group_name_bytes = 2; }},
    {"bytes of a group's brief", [](limits& b) { b.brief_bytes = 2; }},
};

TEST(BoundsChecker, FindsNothingWhereEverythingIsWithinItsBounds) {
  busy_server busy;
  EXPECT_EQ(busy.find_excess(busy.bounds, event_bytes_max), "");
}

TEST(BoundsChecker, FindsEachBrokenBound) {
  busy_server busy;
  for (const tight_bound& t : each) {
    limits tight = busy.bounds;
    t.tighten(tight);
    const std::string excess = busy.find_excess(tight, t.event_bytes);
    EXPECT_EQ(excess.substr(0, excess.find(':')).substr(0, std::string(t.name).size()), t.name)
        << excess;
  }
}

}  // namespace
}  // namespace lingerd::world_tests
