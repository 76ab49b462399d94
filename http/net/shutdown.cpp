#include "http/net/shutdown.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr auto grace = 5s;         // for what is under way
constexpr auto look_again = 10ms;  // whether the last connection has gone

}  // namespace

going_down::going_down(chat& talk, std::vector<connection_host*> hosts, std::function<void()> done)
    : talk_(talk),
      hosts_(std::move(hosts)),
      done_(std::move(done)),
      again_([](timer& t) { static_cast<again_timer&>(t).owner.look(); }, *this) {}

void going_down::begin() {
  since_ = talk_.on().now();
  for (connection_host* h : hosts_) h->close_all();
  again_.cancel();
  talk_.on().set_timer(again_, since_);
}

void going_down::look() {
  const instant now = talk_.on().now();
  talk_.flush_reads();
  const bool all_gone = std::all_of(hosts_.begin(), hosts_.end(),
                                    [](const connection_host* h) { return h->open.empty(); });
  if (now - since_ > grace || (all_gone && talk_.pending() == 0)) return done_();
  talk_.on().set_timer(again_, now + look_again);
}

}  // namespace lingerd
