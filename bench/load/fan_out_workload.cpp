#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "bench/load/clients.hpp"
#include "bench/load/latencies.hpp"
#include "bench/load/protocol.hpp"
#include "bench/load/result_line.hpp"
#include "bench/load/timestamp.hpp"
#include "bench/load/workloads.hpp"

namespace load {
namespace {

constexpr int message_timeout_s = 10;  // until all subscribers have received one message

class fan_out_workload {
 public:
  explicit fan_out_workload(const options& opts) : options_(opts), protocol_(make_protocol(opts)) {}

  void run() {
    for (std::size_t i = 0; i < options_.subscribers; ++i) {
      clients_.add(options_.port);
      poll(i);
    }
    clients_.add(options_.port);
    ::usleep(static_cast<useconds_t>(options_.settle * 1e6));
    const auto warm = deadline_us(std::min(0.5, options_.seconds / 4));
    while (now_us() < warm) send_message();
    latencies durations;
    const auto begin = now_us();
    const auto end = deadline_us(options_.seconds);
    while (now_us() < end) durations.add(send_message());
    print(durations, begin, now_us());
  }

 private:
  void poll(std::size_t subscriber) {
    request_.clear();
    protocol_->append_poll(request_, subscriber);
    clients_[subscriber].send(request_);
  }

  // Publishes a message; returns how long all subscribers took to receive it and to poll again.
  microseconds_t send_message() {
    const auto begin = now_us();
    const auto deadline = deadline_us(message_timeout_s);
    std::size_t received = 0;
    bool acknowledged = false;
    request_.clear();
    protocol_->append_publish(request_, 0, 0);
    clients_[options_.subscribers].send(request_);
    while (received < options_.subscribers || !acknowledged) {
      if (now_us() > deadline) {
        throw std::runtime_error(
            "only " + std::to_string(received) + " of " + std::to_string(options_.subscribers) +
            " subscribers received a message within " + std::to_string(message_timeout_s) + " s");
      }
      clients_.wait(10, [&](std::size_t i) {
        clients_[i].receive([&](const response& reply) {
          if (i == options_.subscribers) {
            if (!reply.is_success()) {
              throw std::runtime_error("a message was refused: status " +
                                       std::to_string(reply.status));
            }
            acknowledged = true;
            return;
          }
          protocol_->on_poll_response(i, reply);
          for_each_timestamp(reply.body, [&](microseconds_t) { ++received; });
          poll(i);
        });
      });
    }
    return now_us() - begin;
  }

  void print(latencies& durations, microseconds_t begin, microseconds_t end) {
    const double seconds = static_cast<double>(end - begin) / 1e6;
    const auto deliveries = static_cast<double>(durations.size() * options_.subscribers);
    result_line line(options_.json);
    line.add("work", "fan-out");
    line.add("server", options_.server);
    line.add("subscribers", options_.subscribers);
    line.add("messages", durations.size());
    line.add_interval(begin, end);
    line.add("deliveries_per_s", deliveries / seconds);
    line.add("p50_us", static_cast<double>(durations.quantile(0.5)));
    line.add("p99_us", static_cast<double>(durations.quantile(0.99)));
    line.print();
  }

  const options options_;
  std::unique_ptr<protocol> protocol_;
  clients clients_;  // the subscribers, then the publisher
  std::string request_;
};

}  // namespace

void fan_out(const options& opts) { fan_out_workload(opts).run(); }

}  // namespace load
