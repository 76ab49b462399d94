#pragma once

#include <string>
#include <string_view>

#include "sim/report/html/phrase.hpp"

// HTML by appending to a string. Everything that is text goes through escaped() or both().
namespace lingerd::sim::markup {

std::string escaped(std::string_view text);

// One <span> a language; the page's switch shows one of them. A text that is the same in both
// stands alone.
std::string both(const phrase& p);
// The same within an SVG.
std::string both_in_svg(const phrase& p, std::string_view attributes);

}  // namespace lingerd::sim::markup
