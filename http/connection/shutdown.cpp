#include "http/connection/shutdown.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr auto grace = 5s;         // for what is under way
constexpr auto look_again = 10ms;  // whether the last connection has gone

}  // namespace

shutdown::shutdown(chat& chat, std::vector<connections*> hosts, std::function<void()> on_done)
    : chat_(chat),
      hosts_(std::move(hosts)),
      on_done_(std::move(on_done)),
      again_([](timer& t) { static_cast<again_timer&>(t).owner.look(); }, *this) {}

void shutdown::begin() {
  since_ = chat_.loop().now();
  for (connections* h : hosts_) h->close_all();
  again_.cancel();
  chat_.loop().set_timer(again_, since_);
}

void shutdown::look() {
  const instant now = chat_.loop().now();
  chat_.flush_reads();
  const bool all_gone = std::all_of(hosts_.begin(), hosts_.end(),
                                    [](const connections* h) { return h->open.empty(); });
  if (now - since_ > grace || (all_gone && chat_.pending() == 0)) return on_done_();
  chat_.loop().set_timer(again_, now + look_again);
}

}  // namespace lingerd
