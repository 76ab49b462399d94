#include <vector>

#include "bench/load/channel_requests.hpp"
#include "bench/load/protocol.hpp"

namespace load {
namespace {

// nchan: a poll names the last message it has received by If-Modified-Since and If-None-Match.
// Without them it waits for the next message (nchan_subscriber_first_message newest).
class nchan final : public protocol {
 public:
  explicit nchan(const options& opts) : options_(opts), cursors_(opts.subscribers) {}

  void append_poll(std::string& out, std::size_t subscriber) override {
    append_channel_poll(out, options_, subscriber);
    out += cursors_[subscriber];
    out += "\r\n";
  }

  void append_publish(std::string& out, std::size_t, std::size_t subscriber) override {
    append_channel_publish(out, options_, subscriber);
  }

  void on_poll_response(std::size_t subscriber, const response& polled) override {
    const auto modified = polled.field("Last-Modified");
    const auto tag = polled.field("Etag");
    if (modified.empty() || tag.empty()) return;
    std::string& fields = cursors_[subscriber];
    fields = "If-Modified-Since: ";
    fields += modified;
    fields += "\r\nIf-None-Match: ";
    fields += tag;
    fields += "\r\n";
  }

 private:
  const options options_;
  std::vector<std::string> cursors_;  // by subscriber: the fields of the last message, or empty
};

}  // namespace

std::unique_ptr<protocol> make_nchan_protocol(const options& opts) {
  return std::make_unique<nchan>(opts);
}

}  // namespace load
