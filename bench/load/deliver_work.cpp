#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "bench/load/crowd.hpp"
#include "bench/load/dialect.hpp"
#include "bench/load/latencies.hpp"
#include "bench/load/report.hpp"
#include "bench/load/stamp.hpp"
#include "bench/load/works.hpp"

namespace load {
namespace {

constexpr double patience_s = 60;  // for the first message to arrive

class deliver_work {
 public:
  explicit deliver_work(const settings& s) : s_(s), speaks_(make_dialect(s)) {
    if (s.publishers == 0 || s.subscribers == 0) {
      throw std::runtime_error("it takes a publisher and a subscriber");
    }
    const std::size_t circles = std::clamp<std::size_t>(s.circles, 1, s.subscribers);
    for (std::size_t c = 0; c < circles; ++c) next_.push_back(c);
  }

  void run() {
    for (std::size_t i = 0; i < s_.subscribers; ++i) {
      all_.add(s_.port);
      poll(i);
    }
    for (std::size_t p = 0; p < s_.publishers; ++p) all_.add(s_.port);
    ::usleep(static_cast<useconds_t>(s_.settle * 1e6));

    for (std::size_t p = 0; p < s_.publishers; ++p) publish(p);
    // A server may take long to take them all in; the first delivery shows that it has.
    const auto patience = after_s(patience_s);
    while (delivered_ == 0) {
      if (now_us() > patience) throw std::runtime_error("nothing was delivered");
      turn();
    }
    // Counted is what arrives between two moments in the midst of the traffic.
    const double warm_up = std::min(0.5, s_.seconds / 4);
    begin_ = after_s(warm_up);
    end_ = after_s(warm_up + s_.seconds);
    while (now_us() < end_) turn();
    print();
  }

 private:
  void poll(std::size_t i) {
    out_.clear();
    speaks_->poll(out_, i);
    all_[i].send(out_);
  }

  void turn() {
    all_.turn(10, [this](std::size_t i) { readable(i); });
  }

  void publish(std::size_t p) {
    std::size_t& next = next_[p % next_.size()];
    const std::size_t to = next;
    next += next_.size();
    if (next >= s_.subscribers) next = p % next_.size();
    out_.clear();
    speaks_->publish(out_, p, to);
    all_[s_.subscribers + p].send(out_);
    ++sent_;
  }

  void readable(std::size_t i) {
    all_[i].receive([&](const answer& a) {
      if (i < s_.subscribers) {
        polled(i, a);
      } else {
        ++acknowledged_;
        if (a.status < 200 || a.status > 202) ++refused_;
        publish(i - s_.subscribers);
      }
    });
  }

  void polled(std::size_t i, const answer& a) {
    const auto now = now_us();
    speaks_->polled(i, a);
    for_each_stamp(a.body, [&](microseconds_t sent) {
      ++delivered_;
      if (now >= begin_ && now < end_) took_.add(now - sent);
    });
    poll(i);
  }

  void print() {
    report r(s_.json);
    r.add("work", "deliver");
    r.add("server", s_.server);
    r.add("subscribers", s_.subscribers);
    r.add("publishers", s_.publishers);
    r.add("sent", sent_);
    r.add("acknowledged", acknowledged_);
    r.add("refused", refused_);
    r.add("delivered", delivered_);
    r.add("counted", took_.size());
    r.add_counted(begin_, end_);
    r.add("messages_per_s", static_cast<double>(took_.size()) / s_.seconds);
    r.add("p50_us", static_cast<double>(took_.quantile(0.5)));
    r.add("p99_us", static_cast<double>(took_.quantile(0.99)));
    r.add("max_us", static_cast<double>(took_.quantile(1)));
    r.print();
  }

  const settings s_;
  std::unique_ptr<dialect> speaks_;
  crowd all_;                      // the subscribers, then the publishers
  std::vector<std::size_t> next_;  // by circle: the subscriber who gets its next message
  std::string out_;
  microseconds_t begin_ = 0, end_ = 0;
  std::size_t sent_ = 0, acknowledged_ = 0, refused_ = 0, delivered_ = 0;
  latencies took_;
};

}  // namespace

void deliver(const settings& s) { deliver_work(s).run(); }

}  // namespace load
