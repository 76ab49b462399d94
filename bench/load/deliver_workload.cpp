#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "bench/load/clients.hpp"
#include "bench/load/latencies.hpp"
#include "bench/load/protocol.hpp"
#include "bench/load/result_line.hpp"
#include "bench/load/timestamp.hpp"
#include "bench/load/workloads.hpp"

namespace load {
namespace {

constexpr double first_delivery_timeout_s = 60;

class deliver_workload {
 public:
  explicit deliver_workload(const options& opts) : options_(opts), protocol_(make_protocol(opts)) {
    if (opts.publishers == 0 || opts.subscribers == 0) {
      throw std::runtime_error("at least one publisher and one subscriber are required");
    }
    const std::size_t circles = std::clamp<std::size_t>(opts.circles, 1, opts.subscribers);
    for (std::size_t circle = 0; circle < circles; ++circle) next_.push_back(circle);
  }

  void run() {
    for (std::size_t i = 0; i < options_.subscribers; ++i) {
      clients_.add(options_.port);
      poll(i);
    }
    for (std::size_t p = 0; p < options_.publishers; ++p) clients_.add(options_.port);
    ::usleep(static_cast<useconds_t>(options_.settle * 1e6));

    for (std::size_t p = 0; p < options_.publishers; ++p) publish(p);
    // A server may take long to accept all connections; the first delivery shows that it has.
    const auto deadline = deadline_us(first_delivery_timeout_s);
    while (delivered_ == 0) {
      if (now_us() > deadline) throw std::runtime_error("no message was delivered");
      turn();
    }
    // Counted are the deliveries of an interval in the middle of the traffic.
    const double warm_up_s = std::min(0.5, options_.seconds / 4);
    begin_ = deadline_us(warm_up_s);
    end_ = deadline_us(warm_up_s + options_.seconds);
    while (now_us() < end_) turn();
    print();
  }

 private:
  void poll(std::size_t subscriber) {
    request_.clear();
    protocol_->append_poll(request_, subscriber);
    clients_[subscriber].send(request_);
  }

  void turn() {
    clients_.wait(10, [this](std::size_t i) { on_readable(i); });
  }

  void publish(std::size_t publisher) {
    std::size_t& next = next_[publisher % next_.size()];
    const std::size_t recipient = next;
    next += next_.size();
    if (next >= options_.subscribers) next = publisher % next_.size();
    request_.clear();
    protocol_->append_publish(request_, publisher, recipient);
    clients_[options_.subscribers + publisher].send(request_);
    ++sent_;
  }

  void on_readable(std::size_t i) {
    clients_[i].receive([&](const response& received) {
      if (i < options_.subscribers) {
        on_poll_response(i, received);
      } else {
        ++acknowledged_;
        if (!received.is_success()) ++refused_;
        publish(i - options_.subscribers);
      }
    });
  }

  void on_poll_response(std::size_t subscriber, const response& received) {
    const auto now = now_us();
    protocol_->on_poll_response(subscriber, received);
    for_each_timestamp(received.body, [&](microseconds_t sent) {
      ++delivered_;
      if (now >= begin_ && now < end_) latencies_.add(now - sent);
    });
    poll(subscriber);
  }

  void print() {
    result_line line(options_.json);
    line.add("work", "deliver");
    line.add("server", options_.server);
    line.add("subscribers", options_.subscribers);
    line.add("publishers", options_.publishers);
    line.add("sent", sent_);
    line.add("acknowledged", acknowledged_);
    line.add("refused", refused_);
    line.add("delivered", delivered_);
    line.add("counted", latencies_.size());
    line.add_interval(begin_, end_);
    line.add("messages_per_s", static_cast<double>(latencies_.size()) / options_.seconds);
    line.add("p50_us", static_cast<double>(latencies_.quantile(0.5)));
    line.add("p99_us", static_cast<double>(latencies_.quantile(0.99)));
    line.add("max_us", static_cast<double>(latencies_.quantile(1)));
    line.print();
  }

  const options options_;
  std::unique_ptr<protocol> protocol_;
  clients clients_;                // the subscribers, then the publishers
  std::vector<std::size_t> next_;  // by circle: the recipient of its next message
  std::string request_;
  microseconds_t begin_ = 0, end_ = 0;  // of the counted interval
  std::size_t sent_ = 0, acknowledged_ = 0, refused_ = 0, delivered_ = 0;
  latencies latencies_;
};

}  // namespace

void deliver(const options& opts) { deliver_workload(opts).run(); }

}  // namespace load
