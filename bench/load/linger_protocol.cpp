#include <stdexcept>
#include <vector>

#include "bench/load/connection.hpp"
#include "bench/load/protocol.hpp"
#include "bench/load/timestamp.hpp"
#include "bench/load/token_file.hpp"

namespace load {
namespace {

constexpr double start_timeout_s = 5;

// Linger: the first accounts of the token file poll, the next ones publish. Each publisher is a
// friend of every account it writes to; the first publisher owns a group of all subscribers, for
// --fan-out.
class linger final : public protocol {
 public:
  explicit linger(const options& opts)
      : options_(opts),
        accounts_(read_token_file(opts.tokens)),
        wait_("&wait=" + std::to_string(opts.wait)) {
    // Held polls may share accounts, as the tabs of one user do.
    const std::size_t required = opts.hold ? 1 : opts.subscribers + opts.publishers;
    if (accounts_.size() < required)
      throw std::runtime_error("the token file has too few accounts");
    for (const account& a : accounts_) {
      fields_.push_back(" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + a.token + "\r\n");
    }
    read_start();
    cursors_.assign(opts.subscribers, start_cursor_);
  }

  void append_poll(std::string& out, std::size_t subscriber) override {
    append_events(out, subscriber);
    out += wait_;
    out += fields_[subscriber % fields_.size()];
    out += "\r\n";
  }

  void append_stream(std::string& out, std::size_t subscriber, bool websocket) override {
    append_events(out, subscriber);
    out += fields_[subscriber % fields_.size()];
    out += websocket ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
                     : "Accept: text/event-stream\r\n\r\n";
  }

  void append_publish(std::string& out, std::size_t publisher, std::size_t subscriber) override {
    body_.clear();
    const std::string prefix = options_.fan_out
                                   ? R"({"type":"group","to":)" + group_ + ","
                                   : R"({"type":"single","to":)" + accounts_[subscriber].id + ",";
    append_timestamped(body_, prefix, options_.body);
    out += "POST /api/messages";
    out += fields_[options_.subscribers + publisher];
    out += "Content-Type: application/json\r\nContent-Length: ";
    out += std::to_string(body_.size());
    out += "\r\n\r\n";
    out += body_;
  }

  void on_poll_response(std::size_t subscriber, const response& polled) override {
    if (const auto next = number_after(polled.body, "\"next\":")) cursors_[subscriber] = *next;
  }

 private:
  void append_events(std::string& out, std::size_t subscriber) const {
    out += "GET /api/events?after=";
    out += std::to_string(cursors_[subscriber]);
    out += "&epoch=";
    out += epoch_;
  }

  // Reads the epoch, the cursor to begin with and, for --fan-out, the first publisher's group.
  void read_start() {
    const std::size_t reader = options_.fan_out ? options_.subscribers : 0;
    connection link(options_.port);
    link.send("GET /api/start" + fields_[reader] + "\r\n");
    bool done = false;
    const auto deadline = deadline_us(start_timeout_s);
    while (!done && now_us() < deadline) {
      link.receive([&](const response& start) {
        if (start.status != 200) {
          throw std::runtime_error("/api/start: status " + std::to_string(start.status));
        }
        constexpr std::string_view key = "\"epoch\":\"";
        const auto epoch = start.body.find(key) + key.size();
        epoch_ = start.body.substr(epoch, start.body.find('"', epoch) - epoch);
        start_cursor_ = number_after(start.body, "\"cursor\":").value_or(0);
        if (options_.fan_out) {
          const auto group = number_after(start.body, R"("groups":[{"id":)");
          if (!group) throw std::runtime_error("the first publisher is in no group");
          group_ = std::to_string(*group);
        }
        done = true;
      });
    }
    if (!done) throw std::runtime_error("no response to /api/start");
  }

  const options options_;
  std::vector<account> accounts_;
  std::string wait_;                 // the end of a poll's query
  std::vector<std::string> fields_;  // by account: the end of the request line and the fields
  std::string epoch_, group_;
  long long start_cursor_ = 0;
  std::vector<long long> cursors_;  // by subscriber
  std::string body_;
};

}  // namespace

std::unique_ptr<protocol> make_linger_protocol(const options& opts) {
  return std::make_unique<linger>(opts);
}

}  // namespace load
