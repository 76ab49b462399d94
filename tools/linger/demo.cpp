#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "tools/linger/commands.hpp"
#include "tools/linger/demo_cast.hpp"
#include "tools/linger/serve_flags.hpp"
#include "tools/linger/server.hpp"

namespace lingerd {
namespace {

// A folder of its own that goes when the demo ends.
class throw_away_folder {
 public:
  throw_away_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "linger-demo-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) {
      throw std::runtime_error("cannot make a folder for the demo: " +
                               std::string(std::strerror(errno)));
    }
    path_ = pattern;
  }
  ~throw_away_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  throw_away_folder(const throw_away_folder&) = delete;
  throw_away_folder& operator=(const throw_away_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void greet(const std::vector<std::string>& urls) {
  for (const std::string& url : urls) std::printf("listening on %s\n", url.c_str());
  std::printf("\nAccounts, all with the password %s:\n", demo_password);
  for (const demo_person& p : demo_people()) {
    std::printf("  %-6s  %s\n", p.name, p.display);
  }
  std::printf(
      "\nTry: open %s as li in one window and as han in a private one, and chat.\n"
      "Nothing is kept: Ctrl-C ends it and removes its folder.\n",
      urls.empty() ? "the address above" : urls.front().c_str());
  std::fflush(stdout);
}

}  // namespace

void demo_command(CLI::App& program, int& exit_code) {
  auto* command =
      program.add_subcommand("demo", "Run the server on a throw-away folder with a ready cast");
  auto options = std::make_shared<serve_options>();
  add_serve_flags(*command, *options);
  command->callback([options, &exit_code] {
    const throw_away_folder folder;
    options->data = folder.path();
    exit_code = serve_folder(
        *options, [](node& on) { on.run_until_done(make_demo_cast(on.chat())); }, greet);
  });
}

}  // namespace lingerd
