#include <algorithm>
#include <stdexcept>
#include <vector>

#include "bench/load/crowd.hpp"
#include "bench/load/dialect.hpp"
#include "bench/load/report.hpp"
#include "bench/load/stamp.hpp"
#include "bench/load/websocket.hpp"
#include "bench/load/works.hpp"

namespace load {
namespace {

constexpr double patience_s = 60;  // for the servers' first answers on all streams

class hold_work {
 public:
  explicit hold_work(const settings& s)
      : s_(s),
        speaks_(make_dialect(s)),
        streams_(s.transport != "long"),
        websocket_(s.transport == "websocket"),
        open_(s.subscribers, false) {}

  void run() {
    for (std::size_t i = 0; i < s_.subscribers; ++i) {
      all_.add(s_.port);
      ask(i);
      if (i % 256 == 0) turn(0);
    }
    const auto patience = after_s(patience_s);
    while (streams_ && opened_ < s_.subscribers) {
      if (now_us() > patience) throw std::runtime_error("not all streams were opened in time");
      turn(10);
    }
    const auto settled = after_s(s_.settle);
    while (now_us() < settled) turn(10);
    print("holding");
    const auto end = after_s(s_.seconds);
    while (now_us() < end) turn(100);
    print("held");
  }

 private:
  void print(std::string_view work) {
    report r(s_.json);
    r.add("work", work);
    r.add("server", s_.server);
    r.add("transport", s_.transport);
    r.add("subscribers", s_.subscribers);
    r.add("seconds", s_.seconds);
    r.add("answered", answered_);
    r.add("refused", refused_);
    r.print();
  }

  void ask(std::size_t i) {
    out_.clear();
    if (streams_) {
      speaks_->stream(out_, i, websocket_);
    } else {
      speaks_->poll(out_, i);
    }
    all_[i].send(out_);
  }

  void turn(int timeout_ms) {
    all_.turn(timeout_ms, [this](std::size_t i) {
      if (streams_) {
        listen(i);
      } else {
        // A hold's time may end: then the client asks again, as pages do.
        all_[i].receive([&](const answer& a) {
          ++answered_;
          if (a.status >= 400) ++refused_;
          speaks_->polled(i, a);
          ask(i);
        });
      }
    });
  }

  void listen(std::size_t i) {
    std::string_view left = all_[i].read();
    if (!open_[i]) {
      const auto end = left.find("\r\n\r\n");
      if (end == left.npos) return all_[i].keep(left);
      const std::string_view wanted = websocket_ ? "HTTP/1.1 101" : "HTTP/1.1 200";
      if (!left.starts_with(wanted)) {
        throw std::runtime_error("a stream was answered " + std::string(left.substr(9, 3)));
      }
      left.remove_prefix(end + 4);
      open_[i] = true;
      ++opened_;
    }
    if (!websocket_) left = {};  // comments, and nothing else
    if (websocket_) {
      const std::string pongs = pongs_for(left);
      if (!pongs.empty()) all_[i].send(pongs);
    }
    all_[i].keep(left);
  }

  const settings s_;
  std::unique_ptr<dialect> speaks_;
  const bool streams_, websocket_;
  crowd all_;
  std::vector<bool> open_;  // by stream: its head has come
  std::size_t opened_ = 0;
  std::size_t answered_ = 0, refused_ = 0;  // polls; each was asked again
  std::string out_;
};

}  // namespace

void hold(const settings& s) { hold_work(s).run(); }

}  // namespace load
