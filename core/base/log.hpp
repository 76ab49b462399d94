#pragma once

#include <string_view>

// One line each, to stderr; a service manager's journal keeps them. Nothing that a user wrote is
// logged, and no token or password; control characters are escaped all the same (a file's name may
// have some).
namespace lingerd::log {

void debug(std::string_view line);
void info(std::string_view line);
void warning(std::string_view line);
void error(std::string_view line);

enum class level { debug, info, warning, error, off };
void set_level(level least);

}  // namespace lingerd::log
