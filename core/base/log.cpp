#include "core/base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "core/base/text.hpp"

namespace lingerd::log {
namespace {

spdlog::logger& sink() {
  // Made on first use; several threads log.
  static const auto logger = [] {
    auto created = std::make_shared<spdlog::logger>(
        "linger", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
    return created;
  }();
  return *logger;
}

}  // namespace

void debug(std::string_view line) { sink().debug("{}", printable(line)); }
void info(std::string_view line) { sink().info("{}", printable(line)); }
void warning(std::string_view line) { sink().warn("{}", printable(line)); }
void error(std::string_view line) { sink().error("{}", printable(line)); }

void set_level(level least) {
  switch (least) {
    case level::debug: sink().set_level(spdlog::level::debug); break;
    case level::info: sink().set_level(spdlog::level::info); break;
    case level::warning: sink().set_level(spdlog::level::warn); break;
    case level::error: sink().set_level(spdlog::level::err); break;
    case level::off: sink().set_level(spdlog::level::off); break;
  }
}

}  // namespace lingerd::log
