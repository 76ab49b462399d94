#include "tools/linger/server.hpp"

#include <malloc.h>
#include <sys/resource.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "core/base/log.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t files_kept_free = 64;  // for the store, the log, commands

// Raises the limit of open files as far as it goes; how many connections fit.
std::size_t connections_that_fit(const limits& bounds) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 512;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  const auto n = static_cast<std::size_t>(files.rlim_cur);
  return std::min(bounds.connections, n > 2 * files_kept_free ? n - files_kept_free : n / 2);
}

// Where somebody may have more friends and groups at a time, he may have had more, too.
limits with_room_for_the_past(limits bounds) {
  bounds.friends_ever_per_user =
      std::max(bounds.friends_ever_per_user, 10 * bounds.friends_per_user);
  bounds.groups_ever_per_user = std::max(bounds.groups_ever_per_user, 10 * bounds.groups_per_user);
  return bounds;
}

// Commands come from the folder's owner: an import may be long, and take its time.
limits bounds_of_commands(limits bounds) {
  bounds.body_bytes = 4 * 1024 * 1024;
  bounds.json_depth = 16;
  bounds.request_time = 60s;
  return bounds;
}

class stop_signals {
 public:
  using set = boost::asio::basic_signal_set<asio_loop::executor>;
  stop_signals(asio_loop& on, std::function<void()> then)
      : signals_(on.context(), SIGTERM, SIGINT), then_(std::move(then)) {
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code ec, int) {
      if (ec) return;
      then_();
      wait();
    });
  }
  set signals_;
  std::function<void()> then_;
};

}  // namespace

std::filesystem::path admin_socket(const std::filesystem::path& folder) {
  return folder / "control.sock";
}

server::server(node& on, const serve_options& options)
    : board_(on),
      router_(on.services()),
      metrics_(on.services()),
      control_(on.services()),
      control_bounds_(bounds_of_commands(on.chat().bounds())),
      host_(on.loop(), on.services().counters, on.chat().bounds()),
      control_host_(on.loop(), on.services().counters, control_bounds_),
      room_(connections_that_fit(on.chat().bounds())),
      shutdown_(on.chat(), {&host_, &control_host_}, [this] { board_.loop().stop(); }) {
  const auto has_room = [this] { return host_.counters.open_connections < room_; };
  const auto always = [] { return true; };
  const auto silence_time = on.chat().bounds().silence_time;
  for (const std::string& address : options.listen) {
    listeners_.push_back(std::make_unique<listener>(
        on.loop(), address, silence_time,
        [this](stream_ptr s) { take(host_, router_, std::move(s)); }, has_room));
  }
  if (options.metrics_listen) {
    metrics_listener_ = std::make_unique<listener>(
        on.loop(), *options.metrics_listen, silence_time,
        [this](stream_ptr s) { take(host_, metrics_, std::move(s)); }, always);
  }
  control_listener_ = std::make_unique<local_listener>(
      on.loop(), admin_socket(options.data),
      [this](stream_ptr s) { take(control_host_, control_, std::move(s)); });
}

void server::take(connections& host, endpoint& serves, stream_ptr stream) {
  serve(connections_, host, serves, std::move(stream));
}

std::vector<std::string> server::urls() const {
  std::vector<std::string> all;
  for (const auto& l : listeners_) all.push_back(l->url());
  return all;
}

void server::go_down() {
  if (host_.is_closing) {
    // Told twice: somebody is in a hurry.
    board_.loop().stop();
    return;
  }
  log::info("going down");
  for (auto& l : listeners_) l->close();
  if (metrics_listener_) metrics_listener_->close();
  control_listener_->close();
  shutdown_.begin();
  board_.loop().run_ready();
}

void server::run() {
  asio_loop& loop = board_.loop();
  stop_signals signals(loop, [this] { go_down(); });
  loop.run();
  // What is still open goes now, while Asio can give its operations back.
  connections_.clear();
  loop.context().restart();
  loop.context().poll();
}

int serve_folder(const serve_options& options, const std::function<void(node&)>& before,
                 const std::function<void(const std::vector<std::string>&)>& ready) {
  // One arena: the threads beside the loop allocate little, and a board has no memory to spare. A
  // long catch-up's answer is 100 KB and more: below these bounds its memory would go back to the
  // kernel after each answer, and come again with a page fault for every 4 KB.
  constexpr int kept_bytes = 2 * 1024 * 1024;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, kept_bytes);
  ::mallopt(M_TRIM_THRESHOLD, kept_bytes);
  auto lock = try_lock(options.data);
  if (!lock) {
    throw std::runtime_error("another linger works on " + options.data.string() +
                             "; stop it first");
  }
  app_options in;
  in.title = options.title;
  in.public_url = options.public_url;
  const limits bounds = with_room_for_the_past(options.bounds);
  node on(std::move(*lock), options.data, bounds, options.commit_window, in, options.page_dir);
  if (before) before(on);
  server s(on, options);
  ready(s.urls());
  s.run();
  return 0;
}

}  // namespace lingerd
