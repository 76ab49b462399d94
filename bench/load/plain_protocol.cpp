#include "bench/load/channel_requests.hpp"
#include "bench/load/protocol.hpp"

namespace load {
namespace {

// Channels without cursors: a poll gets the next message.
class plain final : public protocol {
 public:
  explicit plain(const options& opts) : options_(opts) {}

  void append_poll(std::string& out, std::size_t subscriber) override {
    append_channel_poll(out, options_, subscriber);
    out += "\r\n";
  }
  void append_publish(std::string& out, std::size_t, std::size_t subscriber) override {
    append_channel_publish(out, options_, subscriber);
  }
  void on_poll_response(std::size_t, const response&) override {}

 private:
  const options options_;
};

}  // namespace

std::unique_ptr<protocol> make_plain_protocol(const options& opts) {
  return std::make_unique<plain>(opts);
}

}  // namespace load
