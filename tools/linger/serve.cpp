#include <cstdio>

#include "tools/linger/commands.hpp"
#include "tools/linger/serve_flags.hpp"
#include "tools/linger/server.hpp"

namespace lingerd {

void add_serve_flags(CLI::App& to, serve_options& o) {
  to.add_option("--listen", o.listen, "ADDRESS:PORT, port 0 picks a free one; may be repeated")
      ->capture_default_str();
  to.add_option("--metrics-listen", o.metrics_listen, "ADDRESS:PORT for Prometheus; off by default");
  to.add_option("--public-url", o.public_url,
                "What browsers call this server, if not what they connect to");
  to.add_option("--title", o.title, "The name shown on the page")->capture_default_str();
  to.add_option("--page-dir", o.page_dir, "Serve the page from this folder (for working on it)")
      ->check(CLI::ExistingDirectory);
  to.add_option_function<long>(
        "--commit-window",
        [&o](const long& ms) { o.commit_window = std::chrono::milliseconds(ms); },
        "Milliseconds to gather changes before each commit, to spare the flash")
      ->check(CLI::Range(0L, 2000L));
  to.add_option("--message-bytes-max", o.message_bytes_max, "The largest message")
      ->check(CLI::Range(std::size_t{1}, std::size_t{32 * 1024}))
      ->capture_default_str();
}

void serve_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("serve", "Run the server");
  auto options = std::make_shared<serve_options>();
  command->set_config("--config", "", "Read options from this file (TOML)");
  command->allow_config_extras(false);
  command->add_option("--data", options->data, "The folder that holds everything")
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
