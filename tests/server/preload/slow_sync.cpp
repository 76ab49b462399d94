// Loaded into a server by LD_PRELOAD: while the file that LINGER_TEST_SLOW_SYNC names exists, each
// fdatasync() first takes ten seconds, as on a worn flash card.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>

extern "C" int fdatasync(int descriptor) {
  static const auto original = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fdatasync"));
  const char* file = std::getenv("LINGER_TEST_SLOW_SYNC");
  if (file && ::access(file, F_OK) == 0) ::sleep(10);
  return original(descriptor);
}
