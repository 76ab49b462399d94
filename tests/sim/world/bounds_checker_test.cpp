#include "sim/world/check/bounds_checker.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "http/protocol/websocket_frame.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "tests/world/scripted_client.hpp"

// A bound that nothing can break proves nothing: one server in which there is some of everything is
// held against its own bounds, and then against bounds of which one at a time is too tight for it.
namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t event_most = 100 * 1024;

struct busy_server {
  virtual_clock time;
  virtual_loop loop{time};
  limits bounds;
  virtual_server server{loop, bounds, {100ms, 1ms}, 1};
  seeded_entropy entropy{2};
  std::vector<world_user> people;
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
    ask(1, "GET", stream, {}, "Accept: text/event-stream\r\n");  // and nobody reads what comes
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
    // Before the hashes are done, and before the disk has anything.
    loop.run_until(loop.now() + 5ms);
    for (int i = 0; i < 3; ++i) server.spawn(say(*this, 0, 1, 10));
  }

  lingerd::chat& chat() { return server.chat(); }

  void ask(std::size_t who, const std::string& method, const std::string& target,
           const std::string& body = {}, const std::string& fields = {}) {
    ends.push_back(server.connect());
    ends.back()->write(method + " " + target + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " +
                       people[who].token + "\r\n" + fields +
                       (body.empty() ? ""
                                     : "Content-Type: application/json\r\nContent-Length: " +
                                           std::to_string(body.size()) + "\r\n") +
                       "\r\n" + body);
  }

  static task<void> say(busy_server& b, std::size_t first, std::size_t to, std::size_t bytes) {
    std::string text(bytes, 'x');
    const conversation conversation = conversation::single(b.people[first].id, b.people[to].id);
    std::string no_cid;
    lingerd::chat& chat = b.chat();
    const user_id who = b.people[first].id;
    const auto done = co_await chat.send(who, conversation, std::move(text), std::move(no_cid));
    EXPECT_TRUE(done.has_value());
  }
  static task<void> populate(busy_server& b) {
    lingerd::chat& chat = b.chat();
    b.people = co_await make_ring_of_friends(chat, b.entropy, 3);
    add_group group;
    group.owner = b.people[0].id;
    group.name = "lab";
    group.brief = "all of us";
    group.members = {b.people[1].id, b.people[2].id};
    change c = group;
    const auto added = co_await chat.commit(std::move(c));
    EXPECT_TRUE(added.has_value());
    for (int i = 0; i < 12; ++i) {
      task<void> one = say(b, 2, 1, 16'000);
      co_await std::move(one);
    }
  }

  // Every user and group has its turn.
  std::string beyond(const limits& held_against, std::size_t event_bytes_max) {
    sim::bounds_checker watch(held_against, event_bytes_max);
    for (std::size_t i = 0; i < chat().directory().party_end(); ++i) {
      std::string found = watch.beyond(server.whole());
      if (!found.empty()) return found;
    }
    return {};
  }
};

struct tight_bound {
  const char* name;
  void (*tighten)(limits& b);
  std::size_t event_bytes_max = event_most;
  friend std::ostream& operator<<(std::ostream& out, const tight_bound& t) { return out << t.name; }
};

const tight_bound each[] = {
    {"connections", [](limits& b) { b.connections = 3; }},
    {"bytes that a stream holds", [](limits& b) { b.batch_bytes = 0; }, 0},
    {"bytes of an answer", [](limits& b) { b.batch_bytes = b.message_bytes = 0; }, 1024 * 1024},
    {"bytes that a connection has heard",
     [](limits& b) { b.header_bytes = b.body_bytes = b.pipelined_bytes = 0; }},
    {"bytes half read", [](limits& b) { b.half_read_bytes = 0; }},
    {"bytes half written", [](limits& b) { b.half_written_bytes = 0; }},
    {"entries of the ring", [](limits& b) { b.ring_entries = 1; }},
    {"bytes of the ring", [](limits& b) { b.ring_bytes = 1; }},
    {"changes that wait", [](limits& b) { b.append_queue = 1; }},
    {"messages that the index is behind", [](limits& b) { b.index_behind = b.batch_changes = 0; }},
    {"names at the door", [](limits& b) { b.sign_in_table = 0; }},
    {"sign-ins that wait", [](limits& b) { b.sign_in_queue = 1; }},
    {"users", [](limits& b) { b.users = 2; }},
    {"a user's friends", [](limits& b) { b.friends_per_user = 1; }},
    {"a user's friends ever", [](limits& b) { b.friends_ever_per_user = 1; }},
    {"a user's groups", [](limits& b) { b.groups_per_user = 0; }},
    {"a user's groups ever", [](limits& b) { b.groups_ever_per_user = 0; }},
    {"bytes of a user's name", [](limits& b) { b.name_bytes = b.display_bytes = 1; }},
    {"a user's sessions", [](limits& b) { b.sessions_per_user = 0; }},
    {"streams that a session holds", [](limits& b) { b.held_per_session = 1; }},
    {"notes of who types", [](limits& b) { b.typing_notes = 0; }},
    {"a group's members", [](limits& b) { b.members_per_group = 2; }},
    {"stays of a member", [](limits& b) { b.stays_per_member = 0; }},
    {"bytes of a group's name", [](limits& b) { b.group_name_bytes = 2; }},
    {"bytes of a group's brief", [](limits& b) { b.brief_bytes = 2; }},
};

TEST(MemoryWatch, FindsNothingWhereAllIsWithinItsBounds) {
  busy_server busy;
  EXPECT_EQ(busy.beyond(busy.bounds, event_most), "");
}

TEST(MemoryWatch, FindsEachBoundThatIsBroken) {
  busy_server busy;
  for (const tight_bound& t : each) {
    limits tight = busy.bounds;
    t.tighten(tight);
    const std::string found = busy.beyond(tight, t.event_bytes_max);
    EXPECT_EQ(found.substr(0, found.find(':')).substr(0, std::string(t.name).size()), t.name)
        << found;
  }
}

}  // namespace
}  // namespace lingerd::world_tests
