#pragma once

#include <string_view>

namespace lingerd::sim {

// The style sheet of report.html: the tokens of http/page/look.css, and what only a report draws.
extern const std::string_view report_look;

}  // namespace lingerd::sim
