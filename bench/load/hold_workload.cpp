#include <algorithm>
#include <stdexcept>
#include <vector>

#include "bench/load/clients.hpp"
#include "bench/load/protocol.hpp"
#include "bench/load/result_line.hpp"
#include "bench/load/timestamp.hpp"
#include "bench/load/websocket.hpp"
#include "bench/load/workloads.hpp"

namespace load {
namespace {

constexpr double open_timeout_s = 60;  // until the heads of all streams have been received

class hold_workload {
 public:
  explicit hold_workload(const options& opts)
      : options_(opts),
        protocol_(make_protocol(opts)),
        streams_(opts.transport != "long"),
        websocket_(opts.transport == "websocket"),
        is_open_(opts.subscribers, false) {}

  void run() {
    for (std::size_t i = 0; i < options_.subscribers; ++i) {
      clients_.add(options_.port);
      send_request(i);
      if (i % 256 == 0) turn(0);
    }
    const auto deadline = deadline_us(open_timeout_s);
    while (streams_ && opened_ < options_.subscribers) {
      if (now_us() > deadline) throw std::runtime_error("not all streams were opened in time");
      turn(10);
    }
    const auto settled = deadline_us(options_.settle);
    while (now_us() < settled) turn(10);
    print("holding");
    const auto end = deadline_us(options_.seconds);
    while (now_us() < end) turn(100);
    print("held");
  }

 private:
  void print(std::string_view state) {
    result_line line(options_.json);
    line.add("work", state);
    line.add("server", options_.server);
    line.add("transport", options_.transport);
    line.add("subscribers", options_.subscribers);
    line.add("seconds", options_.seconds);
    line.add("answered", answered_);
    line.add("refused", refused_);
    line.print();
  }

  void send_request(std::size_t subscriber) {
    request_.clear();
    if (streams_) {
      protocol_->append_stream(request_, subscriber, websocket_);
    } else {
      protocol_->append_poll(request_, subscriber);
    }
    clients_[subscriber].send(request_);
  }

  void turn(int timeout_ms) {
    clients_.wait(timeout_ms, [this](std::size_t i) {
      if (streams_) {
        on_stream_readable(i);
      } else {
        // The server ends a poll when its hold time is over; the client polls again, as pages do.
        clients_[i].receive([&](const response& received) {
          ++answered_;
          if (received.status >= 400) ++refused_;
          protocol_->on_poll_response(i, received);
          send_request(i);
        });
      }
    });
  }

  void on_stream_readable(std::size_t i) {
    std::string_view rest = clients_[i].read();
    if (!is_open_[i]) {
      const auto end = rest.find("\r\n\r\n");
      if (end == rest.npos) return clients_[i].keep(rest);
      const std::string_view expected = websocket_ ? "HTTP/1.1 101" : "HTTP/1.1 200";
      if (!rest.starts_with(expected)) {
        throw std::runtime_error("a stream was refused: status " + std::string(rest.substr(9, 3)));
      }
      rest.remove_prefix(end + 4);
      is_open_[i] = true;
      ++opened_;
    }
    if (websocket_) {
      const std::string pongs = take_frames(rest);
      if (!pongs.empty()) clients_[i].send(pongs);
    } else {
      rest = {};  // an idle SSE stream carries only comments
    }
    clients_[i].keep(rest);
  }

  const options options_;
  std::unique_ptr<protocol> protocol_;
  const bool streams_, websocket_;
  clients clients_;
  std::vector<bool> is_open_;  // by stream: its head has been received
  std::size_t opened_ = 0;
  std::size_t answered_ = 0, refused_ = 0;  // responses to polls; each poll was sent again
  std::string request_;
};

}  // namespace

void hold(const options& opts) { hold_workload(opts).run(); }

}  // namespace load
