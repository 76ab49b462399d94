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

[[noreturn]] void fail(const fs::path& file, int error) {
  throw std::runtime_error("cannot write " + file.string() + ": " +
                           std::generic_category().message(error));
}

// A file under a temporary name; removed unless it is renamed.
class partial_file {
 public:
  explicit partial_file(fs::path path)
      : path_(std::move(path)),
        fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (fd_ < 0) fail(path_, errno);
  }
  ~partial_file() {
    if (fd_ >= 0) ::close(fd_);
    if (!is_kept_) ::unlink(path_.c_str());
  }
  partial_file(const partial_file&) = delete;
  partial_file& operator=(const partial_file&) = delete;

  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::write(fd_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(path_, errno);
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    // Some file systems report a full disk only here.
    if (::fsync(fd_) != 0 && errno != EINVAL) fail(path_, errno);
  }
  void rename_to(const fs::path& name) {
    const int closed = ::close(std::exchange(fd_, -1));
    if (closed != 0) fail(path_, errno);
    if (::rename(path_.c_str(), name.c_str()) != 0) fail(name, errno);
    is_kept_ = true;
  }

 private:
  fs::path path_;
  int fd_;
  bool is_kept_ = false;
};

void write_atomically(const fs::path& name, std::string_view text) {
  partial_file file(name.string() + ".part");
  file.write(text);
  file.rename_to(name);
}

}  // namespace

void write_files(const report& r, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw std::runtime_error("cannot create the folder " + folder.string() + ": " +
                             error.message());
  }
  // The JSON first: the other files can be derived from it.
  write_atomically(folder / "report.json", to_json(r));
  write_atomically(folder / "report.csv", to_csv(r));
  write_atomically(folder / "report.html", to_html(r));
}

}  // namespace lingerd::sim
