#include "bench/load/channel_requests.hpp"
#include "bench/load/dialect.hpp"

// No cursors at all: whoever polls gets what comes next.
namespace load {
namespace {

class plain final : public dialect {
 public:
  explicit plain(const settings& s) : s_(s) {}

  void poll(std::string& out, std::size_t i) override {
    append_poll(out, s_, i);
    out += "\r\n";
  }
  void publish(std::string& out, std::size_t, std::size_t to) override {
    append_publish(out, s_, to);
  }
  void polled(std::size_t, const answer&) override {}

 private:
  const settings s_;
};

}  // namespace

std::unique_ptr<dialect> make_plain_dialect(const settings& s) {
  return std::make_unique<plain>(s);
}

}  // namespace load
