#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "bench/load/crowd.hpp"
#include "bench/load/dialect.hpp"
#include "bench/load/latencies.hpp"
#include "bench/load/report.hpp"
#include "bench/load/stamp.hpp"
#include "bench/load/works.hpp"

namespace load {
namespace {

constexpr double patience_s = 10;  // for everybody to get one message

class fan_out_work {
 public:
  explicit fan_out_work(const settings& s) : s_(s), speaks_(make_dialect(s)) {}

  void run() {
    for (std::size_t i = 0; i < s_.subscribers; ++i) {
      all_.add(s_.port);
      poll(i);
    }
    all_.add(s_.port);
    ::usleep(static_cast<useconds_t>(s_.settle * 1e6));
    const auto warm = after_s(std::min(0.5, s_.seconds / 4));
    while (now_us() < warm) one_message();
    latencies took;
    const auto begin = now_us();
    const auto end = after_s(s_.seconds);
    while (now_us() < end) took.add(one_message());
    print(took, begin, now_us());
  }

 private:
  void poll(std::size_t i) {
    out_.clear();
    speaks_->poll(out_, i);
    all_[i].send(out_);
  }

  // Publishes, and waits until all subscribers have it and have polled again.
  microseconds_t one_message() {
    const auto begin = now_us();
    const auto patience = after_s(patience_s);
    std::size_t got = 0;
    bool acknowledged = false;
    out_.clear();
    speaks_->publish(out_, 0, 0);
    all_[s_.subscribers].send(out_);
    while (got < s_.subscribers || !acknowledged) {
      if (now_us() > patience) {
        throw std::runtime_error("only " + std::to_string(got) + " of " +
                                 std::to_string(s_.subscribers) + " got a message in 10 s");
      }
      all_.turn(10, [&](std::size_t i) {
        all_[i].receive([&](const answer& a) {
          if (i == s_.subscribers) {
            if (a.status < 200 || a.status > 202) {
              throw std::runtime_error("a message was answered " + std::to_string(a.status));
            }
            acknowledged = true;
            return;
          }
          speaks_->polled(i, a);
          for_each_stamp(a.body, [&](microseconds_t) { ++got; });
          poll(i);
        });
      });
    }
    return now_us() - begin;
  }

  void print(latencies& took, microseconds_t begin, microseconds_t end) {
    const double seconds = static_cast<double>(end - begin) / 1e6;
    report r(s_.json);
    r.add("work", "fan-out");
    r.add("server", s_.server);
    r.add("subscribers", s_.subscribers);
    r.add("messages", took.size());
    r.add_counted(begin, end);
    r.add("deliveries_per_s", static_cast<double>(took.size() * s_.subscribers) / seconds);
    r.add("p50_us", static_cast<double>(took.quantile(0.5)));
    r.add("p99_us", static_cast<double>(took.quantile(0.99)));
    r.print();
  }

  const settings s_;
  std::unique_ptr<dialect> speaks_;
  crowd all_;  // the subscribers, then the publisher
  std::string out_;
};

}  // namespace

void fan_out(const settings& s) { fan_out_work(s).run(); }

}  // namespace load
