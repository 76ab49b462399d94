#include <cstdio>

#include "tools/linger/commands.hpp"
#include "tools/linger/config_file.hpp"
#include "tools/linger/daemon.hpp"
#include "tools/linger/serve_flags.hpp"

namespace lingerd {
namespace {

template <class N>
void limit(CLI::App& app, const char* flag, N& value, N max, const char* help) {
  app.add_option(flag, value, help)
      ->check(CLI::Range(N{1}, max))
      ->capture_default_str()
      ->group("Limits");
}

void add_limit_flags(CLI::App& app, limits& b) {
  using n = std::size_t;
  limit(app, "--message-bytes-max", b.message_bytes, n{32 * 1024}, "The most bytes of a message");
  limit(app, "--users-max", b.users, n{1'000'000}, "The most accounts");
  limit(app, "--friends-max", b.friends_per_user, n{100'000}, "The most friends of a user");
  limit(app, "--groups-max", b.groups_per_user, n{10'000}, "The most groups of a user");
  limit(app, "--members-max", b.members_per_group, n{100'000}, "The most members of a group");
  limit(app, "--sessions-max", b.sessions_per_user, n{10'000}, "The most sessions of a user");
  limit(app, "--streams-max", b.held_per_session, n{1'000}, "The most held streams of a session");
  limit(app, "--connections-max", b.connections, n{1'000'000}, "The most connections");
  limit(app, "--send-burst", b.send_burst, 1e9, "Messages that a user may send at once");
  limit(app, "--send-per-second", b.send_per_second, 1e9,
        "Messages per second that a user may send after a burst");
  limit(app, "--change-burst", b.change_burst, 1e9,
        "Changes to friends, groups and account that a user may make at once");
  limit(app, "--change-per-second", b.change_per_second, 1e9,
        "Such changes per second that a user may make after a burst");
  limit(app, "--sign-in-failures-name", b.sign_in_failures_per_name, 1'000'000u,
        "Failed sign-ins for a name from one address in five minutes");
  limit(app, "--sign-in-failures-address", b.sign_in_failures_per_address, 1'000'000u,
        "Failed sign-ins from an address in five minutes");
}

}  // namespace

void add_serve_flags(CLI::App& app, serve_options& o) {
  app.add_option("--listen", o.listen,
                 "ADDRESS:PORT to listen on; port 0 picks a free one; may be repeated")
      ->capture_default_str();
  app.add_option("--metrics-listen", o.metrics_listen,
                 "ADDRESS:PORT to serve Prometheus metrics on; off by default");
  app.add_option("--public-url", o.public_url,
                 "The server's address as browsers see it, if a proxy changes it");
  app.add_option("--title", o.title, "The name shown on the page")->capture_default_str();
  app.add_option("--page-dir", o.page_dir, "Serve the page from this folder (for development)")
      ->check(CLI::ExistingDirectory);
  app.add_option_function<long>(
         "--commit-window",
         [&o](const long& ms) { o.commit_window = std::chrono::milliseconds(ms); },
         "Milliseconds to gather changes before each commit; more spares flash memory")
      ->check(CLI::Range(0L, 2000L));
  add_limit_flags(app, o.bounds);
}

void serve_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("serve", "Run the server");
  auto options = std::make_shared<serve_options>();
  add_config_flag(*command);
  command
      ->add_option("--data", options->data,
                   "The data folder: accounts, messages, lock and admin socket")
      ->required()
      ->envname("LINGER_DATA");
  add_serve_flags(*command, *options);
  command->callback([options, &exit_code] {
    exit_code = serve_folder(*options, nullptr, [](const std::vector<std::string>& urls) {
      for (const std::string& url : urls) std::printf("listening on %s\n", url.c_str());
      std::fflush(stdout);
    });
  });
}

}  // namespace lingerd
