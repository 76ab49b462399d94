#include "sim/report/report_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace lingerd::sim {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& what, int why) {
  throw std::runtime_error("cannot write " + what.string() + ": " +
                           std::generic_category().message(why));
}

// A file that is being written; gone unless it is kept.
class half_file {
 public:
  explicit half_file(fs::path path)
      : path_(std::move(path)),
        fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (fd_ < 0) fail(path_, errno);
  }
  ~half_file() {
    if (fd_ >= 0) ::close(fd_);
    if (!kept_) ::unlink(path_.c_str());
  }
  half_file(const half_file&) = delete;
  half_file& operator=(const half_file&) = delete;

  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::write(fd_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(path_, errno);
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    // Some file systems find out only now that they are full.
    if (::fsync(fd_) != 0 && errno != EINVAL) fail(path_, errno);
  }
  void keep_as(const fs::path& name) {
    const int closed = ::close(std::exchange(fd_, -1));
    if (closed != 0) fail(path_, errno);
    if (::rename(path_.c_str(), name.c_str()) != 0) fail(name, errno);
    kept_ = true;
  }

 private:
  fs::path path_;
  int fd_;
  bool kept_ = false;
};

void write_whole(const fs::path& name, std::string_view text) {
  half_file file(name.string() + ".part");
  file.write(text);
  file.keep_as(name);
}

}  // namespace

void write_files(const report& r, const fs::path& folder) {
  std::error_code wrong;
  fs::create_directories(folder, wrong);
  if (wrong) {
    throw std::runtime_error("cannot make the folder " + folder.string() + ": " + wrong.message());
  }
  // The JSON first: the others can be made from it again.
  write_whole(folder / "report.json", to_json(r));
  write_whole(folder / "report.csv", to_csv(r));
  write_whole(folder / "report.html", to_html(r));
}

}  // namespace lingerd::sim
