#include "tools/linger/daemon.hpp"

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "core/base/log.hpp"
#include "tools/linger/owner_rights.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t other_files = 64;  // the store, the log, commands

// How many connections are accepted at most: limits.connections, or as many as there are files for.
// Raises the limit of open files as far as the kernel lets it.
std::size_t raise_connections_max(const limits& bounds) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 512;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  const auto n = static_cast<std::size_t>(files.rlim_cur);
  return std::min(bounds.connections, n > 2 * other_files ? n - other_files : n / 2);
}

// A limit of friends and groups at a time that was raised raises the limit of those ever had, too.
limits raise_ever_limits(limits bounds) {
  bounds.friends_ever_per_user =
      std::max(bounds.friends_ever_per_user, 10 * bounds.friends_per_user);
  bounds.groups_ever_per_user = std::max(bounds.groups_ever_per_user, 10 * bounds.groups_per_user);
  return bounds;
}

// Commands come from the folder's owner: an import may have a large body, and take long.
limits admin_bounds(limits bounds) {
  bounds.body_bytes = 4 * 1024 * 1024;
  bounds.json_depth = 16;
  bounds.request_time = 60s;
  return bounds;
}

}  // namespace

std::filesystem::path admin_socket(const std::filesystem::path& folder) {
  return folder / "control.sock";
}

daemon::daemon(lingerd::node& node, const serve_options& options)
    : node_(node),
      signals_(node.loop(), [this] { begin_shutdown(); }),
      admin_(node.http().context()),
      admin_bounds_(admin_bounds(node.chat().bounds())),
      admin_connections_(node.loop(), node.http().context().counters, admin_bounds_),
      connections_max_(raise_connections_max(node.chat().bounds())),
      shutdown_(node.chat(), {&node.http().connections(), &admin_connections_},
                [this] { node_.loop().stop(); }) {
  node.on_failure = [this] {
    if (!node_.http().connections().is_closing) begin_shutdown();
  };
  const auto has_room = [this] {
    return node_.http().context().counters.open_connections < connections_max_;
  };
  const auto always = [] { return true; };
  const auto silence_time = node.chat().bounds().silence_time;
  for (const std::string& address : options.listen) {
    listeners_.push_back(std::make_unique<listener>(
        node.loop(), address, silence_time,
        [this](stream_ptr stream) { node_.http().serve(std::move(stream)); }, has_room,
        needs_v6_only(address, options.listen)));
  }
  if (options.metrics_listen) {
    metrics_listener_ = std::make_unique<listener>(
        node.loop(), *options.metrics_listen, silence_time,
        [this](stream_ptr stream) { node_.http().serve_metrics(std::move(stream)); }, always);
  }
  admin_listener_ = std::make_unique<local_listener>(
      node.loop(), admin_socket(options.data), [this](stream_ptr stream) {
        serve(admin_roots_, admin_connections_, admin_, std::move(stream));
      });
}

std::vector<std::string> daemon::urls() const {
  std::vector<std::string> all;
  for (const auto& l : listeners_) all.push_back(l->url());
  return all;
}

void daemon::begin_shutdown() {
  if (node_.http().connections().is_closing) {
    // The second signal: wait for nothing. A thread inside a sync cannot be joined before it ends.
    if (const std::size_t left = node_.chat().pending(); left > 0) {
      log::warning("ended by a second signal before " + std::to_string(left) +
                   " unacknowledged changes were stored");
      std::_Exit(1);
    }
    node_.loop().stop();
    return;
  }
  log::info("going down");
  for (auto& l : listeners_) l->close();
  if (metrics_listener_) metrics_listener_->close();
  admin_listener_->close();
  shutdown_.begin();
  node_.loop().run_ready();
}

void daemon::run() {
  asio_loop& loop = node_.loop();
  loop.run();
  // What is still open ends now, while Asio can give its operations back.
  node_.http().end_connections();
  admin_roots_.clear();
  loop.context().restart();
  loop.context().poll();
}

int serve_folder(const serve_options& options, const std::function<void(node&)>& prepare,
                 const std::function<void(const std::vector<std::string>&)>& on_ready) {
  // One arena: the threads beside the loop allocate little, and a board has no memory to spare. A
  // long catch-up's answer has 100 KB and more: with lower thresholds its memory would go back to
  // the kernel after each answer, and cost a page fault for every 4 KB at the next.
  constexpr int threshold_bytes = 2 * 1024 * 1024;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, threshold_bytes);
  ::mallopt(M_TRIM_THRESHOLD, threshold_bytes);
  // Not while it listens: a low port may need root's rights.
  std::optional<owner_rights> rights(std::in_place, options.data);
  auto lock = try_lock(options.data);
  if (!lock) {
    throw std::runtime_error("another linger works on " + options.data.string() +
                             "; stop it first");
  }
  app_options app;
  app.title = options.title;
  app.public_url = options.public_url;
  app.page_folder = options.page_dir;
  node node(std::move(*lock), options.data, raise_ever_limits(options.bounds),
            options.commit_window, std::move(app));
  rights.reset();
  if (prepare) prepare(node);
  if (is_stop_signal_waiting()) {
    log::info("stopped by a signal before anything was served");
    return 0;
  }
  daemon daemon(node, options);
  on_ready(daemon.urls());
  daemon.run();
  return node.has_failed() ? 1 : 0;
}

}  // namespace lingerd
