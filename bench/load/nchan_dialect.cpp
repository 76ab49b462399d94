#include <vector>

#include "bench/load/channel_requests.hpp"
#include "bench/load/dialect.hpp"

// nchan: a poll says with If-Modified-Since and If-None-Match which message it saw last; without
// them it waits for the next one (nchan_subscriber_first_message newest).
namespace load {
namespace {

class nchan final : public dialect {
 public:
  explicit nchan(const settings& s) : s_(s), seen_(s.subscribers) {}

  void poll(std::string& out, std::size_t i) override {
    append_poll(out, s_, i);
    out += seen_[i];
    out += "\r\n";
  }

  void publish(std::string& out, std::size_t, std::size_t to) override {
    append_publish(out, s_, to);
  }

  void polled(std::size_t i, const answer& a) override {
    const auto when = a.field("Last-Modified");
    const auto which = a.field("Etag");
    if (when.empty() || which.empty()) return;
    std::string& fields = seen_[i];
    fields = "If-Modified-Since: ";
    fields += when;
    fields += "\r\nIf-None-Match: ";
    fields += which;
    fields += "\r\n";
  }

 private:
  const settings s_;
  std::vector<std::string> seen_;  // by subscriber: the fields of the last message, or nothing
};

}  // namespace

std::unique_ptr<dialect> make_nchan_dialect(const settings& s) {
  return std::make_unique<nchan>(s);
}

}  // namespace load
