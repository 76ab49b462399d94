#pragma once

#include <string_view>

namespace lingerd::sim {

// The style sheet of report.html: the colours and fonts of http/page/style.css, and the rules for
// charts and tables.
extern const std::string_view css;

}  // namespace lingerd::sim
