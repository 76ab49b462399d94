#include <stdexcept>
#include <vector>

#include "bench/load/accounts.hpp"
#include "bench/load/connection.hpp"
#include "bench/load/dialect.hpp"
#include "bench/load/stamp.hpp"

// Linger: the first accounts of the token file poll, the next ones publish. Each publisher is a
// friend of all whom he writes to; the first one owns a group of all subscribers, for --fan-out.
namespace load {
namespace {

class linger final : public dialect {
 public:
  explicit linger(const settings& s)
      : s_(s), accounts_(read_accounts(s.tokens)), wait_("&wait=" + std::to_string(s.wait)) {
    // Held polls may share accounts, as a user's many tabs do.
    const std::size_t wanted = s.hold ? 1 : s.subscribers + s.publishers;
    if (accounts_.size() < wanted) throw std::runtime_error("the token file has too few users");
    for (const account& a : accounts_) {
      signed_.push_back(" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + a.token + "\r\n");
    }
    read_start();
    cursors_.assign(s.subscribers, start_cursor_);
  }

  void poll(std::string& out, std::size_t i) override {
    events(out, i);
    out += wait_;
    out += signed_[i % signed_.size()];
    out += "\r\n";
  }

  void stream(std::string& out, std::size_t i, bool websocket) override {
    events(out, i);
    out += signed_[i % signed_.size()];
    out += websocket ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
                     : "Accept: text/event-stream\r\n\r\n";
  }

  void publish(std::string& out, std::size_t publisher, std::size_t to) override {
    body_.clear();
    const std::string open = s_.fan_out ? R"({"type":"group","to":)" + group_ + ","
                                        : R"({"type":"single","to":)" + accounts_[to].id + ",";
    stamped(body_, open, s_.body);
    out += "POST /api/messages";
    out += signed_[s_.subscribers + publisher];
    out += "Content-Type: application/json\r\nContent-Length: ";
    out += std::to_string(body_.size());
    out += "\r\n\r\n";
    out += body_;
  }

  void polled(std::size_t i, const answer& a) override {
    if (const auto next = number_after(a.body, "\"next\":")) cursors_[i] = *next;
  }

 private:
  void events(std::string& out, std::size_t i) const {
    out += "GET /api/events?after=";
    out += std::to_string(cursors_[i]);
    out += "&epoch=";
    out += epoch_;
  }

  // The epoch and the cursor to begin at, and the first publisher's group.
  void read_start() {
    const std::size_t who = s_.fan_out ? s_.subscribers : 0;
    connection c(s_.port);
    c.send("GET /api/start" + signed_[who] + "\r\n");
    bool done = false;
    const auto until = after_s(5);
    while (!done && now_us() < until) {
      c.receive([&](const answer& a) {
        if (a.status != 200) throw std::runtime_error("/api/start: " + std::to_string(a.status));
        constexpr std::string_view key = "\"epoch\":\"";
        const auto at = a.body.find(key) + key.size();
        epoch_ = a.body.substr(at, a.body.find('"', at) - at);
        start_cursor_ = number_after(a.body, "\"cursor\":").value_or(0);
        if (s_.fan_out) {
          const auto group = number_after(a.body, R"("groups":[{"id":)");
          if (!group) throw std::runtime_error("the first publisher is in no group");
          group_ = std::to_string(*group);
        }
        done = true;
      });
    }
    if (!done) throw std::runtime_error("no answer to /api/start");
  }

  const settings s_;
  std::vector<account> accounts_;
  std::string wait_;                 // the end of a poll's query
  std::vector<std::string> signed_;  // by account: the end of the request line, the fields
  std::string epoch_, group_;
  long long start_cursor_ = 0;
  std::vector<long long> cursors_;  // by subscriber
  std::string body_;
};

}  // namespace

std::unique_ptr<dialect> make_linger_dialect(const settings& s) {
  return std::make_unique<linger>(s);
}

}  // namespace load
