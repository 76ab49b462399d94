#include "tests/disk/tap/rules.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace lingerd::disk_tap {
namespace {

constexpr int rules_max = 16;
constexpr std::size_t kinds = 5;  // as in fault_kind

struct rule {
  int kind = k_any;
  int error = 0;  // 0: short; -1: cut
  unsigned long first = 1;
  unsigned long count = 0;  // 0: no end
};

rule rules[rules_max];
int rule_count = 0;
char rules_text[1024];
unsigned long counted[kinds];

int errno_of(const char* name) {
  static constexpr struct {
    const char* name;
    int code;
  } names[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EFBIG", EFBIG},
               {"EROFS", EROFS},   {"EINTR", EINTR},   {"ENOMEM", ENOMEM}, {"EACCES", EACCES},
               {"EMFILE", EMFILE}, {"EINVAL", EINVAL}, {"short", 0},       {"cut", -1}};
  for (const auto& n : names) {
    if (std::strcmp(n.name, name) == 0) return n.code;
  }
  return EIO;
}

void read_rules() {
  const char* file = std::getenv("LINGER_TAP_RULES");
  char text[sizeof rules_text] = {};
  if (file) {
    const long fd = ::syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC, 0);
    if (fd >= 0) {
      const long n = ::syscall(SYS_read, fd, text, sizeof text - 1);
      text[n > 0 ? n : 0] = 0;
      ::syscall(SYS_close, fd);
    }
  }
  if (std::strcmp(text, rules_text) == 0) return;
  std::memcpy(rules_text, text, sizeof text);
  std::memset(counted, 0, sizeof counted);
  rule_count = 0;
  char* rest = nullptr;
  for (char* line = ::strtok_r(text, "\n", &rest); line && rule_count < rules_max;
       line = ::strtok_r(nullptr, "\n", &rest)) {
    char kind_name[16];
    char error_name[16];
    char count[16] = "1";
    rule r;
    if (std::sscanf(line, "%15s %15s %lu %15s", kind_name, error_name, &r.first, count) < 3)
      continue;
    static constexpr const char* kind_names[kinds] = {"write", "sync", "name", "room", "any"};
    for (int k = 0; k < static_cast<int>(kinds); ++k) {
      if (std::strcmp(kind_names[k], kind_name) == 0) r.kind = k;
    }
    r.error = errno_of(error_name);
    r.count = count[0] == '*' ? 0 : std::strtoul(count, nullptr, 10);
    rules[rule_count++] = r;
  }
}

}  // namespace

int fault_of(fault_kind kind, bool needs_room) {
  read_rules();
  ++counted[kind];
  ++counted[k_any];
  if (needs_room) ++counted[k_room];
  for (int i = 0; i < rule_count; ++i) {
    const rule& r = rules[i];
    if (r.kind != kind && r.kind != k_any && !(r.kind == k_room && needs_room)) continue;
    const unsigned long n = counted[r.kind];
    if (n < r.first || (r.count != 0 && n >= r.first + r.count)) continue;
    if (r.error == -1) {
      ::kill(::getpid(), SIGKILL);
      for (;;) ::pause();
    }
    return r.error;
  }
  return go_on;
}

}  // namespace lingerd::disk_tap
