#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "tools/linger/commands.hpp"
#include "tools/linger/daemon.hpp"
#include "tools/linger/demo_cast.hpp"
#include "tools/linger/serve_flags.hpp"

namespace lingerd {
namespace {

// The demo's temporary data folder, removed with the object.
class temporary_folder {
 public:
  temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "linger-demo-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) {
      throw std::runtime_error("cannot create a folder for the demo: " +
                               std::string(std::strerror(errno)));
    }
    path_ = pattern;
  }
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void print_greeting(const std::vector<std::string>& urls) {
  for (const std::string& url : urls) std::printf("listening on %s\n", url.c_str());
  std::printf("\nAccounts, all with the password %s:\n", demo_password);
  for (const demo_person& p : demo_people()) {
    std::printf("  %-6s  %s\n", p.name, p.display);
  }
  std::printf(
      "\nTry: open %s as li in one window and as han in a private one, and chat.\n"
      "Nothing is kept: Ctrl-C stops the server and removes its data.\n",
      urls.empty() ? "the address above" : urls.front().c_str());
  std::fflush(stdout);
}

}  // namespace

void demo_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand(
      "demo", "Run the server on a temporary data folder with example accounts");
  auto options = std::make_shared<serve_options>();
  add_serve_flags(*command, *options);
  command->callback([options, &exit_code] {
    const temporary_folder folder;
    options->data = folder.path();
    exit_code = serve_folder(
        *options, [](node& n) { n.run_until_done(make_demo_cast(n.chat())); }, print_greeting);
  });
}

}  // namespace lingerd
