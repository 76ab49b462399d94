#pragma once

#include <string>
#include <string_view>

#include "sim/report/html/phrase.hpp"

// Builds HTML as strings. All text must pass through escaped() or both().
namespace lingerd::sim::markup {

std::string escaped(std::string_view text);

// One <span> for each language, of which the page shows one; no <span> if the text is the same in
// both.
std::string both(const phrase& p);
// The same as <text> of an SVG.
std::string both_in_svg(const phrase& p, std::string_view attributes);

}  // namespace lingerd::sim::markup
