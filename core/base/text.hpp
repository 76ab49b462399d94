#pragma once

#include <string>
#include <string_view>

// Checks of text that users typed, and how it is printed. Pure functions, safe on any thread.
namespace lingerd {

// Whether `s` is well-formed UTF-8 (no overlong form, no surrogate, nothing above U+10FFFF).
bool is_utf8(std::string_view s);

// Whether `s` shows nothing: only spaces of any script, line ends and zero-width characters.
bool is_blank(std::string_view s);

// Whether `s` holds a control character (below U+0020, U+007F–U+009F) or a line separator.
bool has_control(std::string_view s);

// Whether `s` holds a space of any script.
bool has_space(std::string_view s);

// For comparing names: ASCII letters to lower case, everything else as it is.
std::string fold(std::string_view name);

// A user's name: 1 to `bytes_max` bytes of UTF-8 without spaces, control or invisible characters or
// '/'.
bool is_user_name(std::string_view s, std::size_t bytes_max);

// A display name or a group's name: 1 to `bytes_max` bytes, not blank, no control characters, and
// nothing that changes the direction of the text around it (U+202A to U+202E, U+2066 to U+2069):
// one name could pass for another, or reverse the line that it stands in.
bool is_title(std::string_view s, std::size_t bytes_max);

// A group's brief: as a title, but it may be empty and have tabs and line ends; of any length.
bool is_brief(std::string_view s);

enum class tabs { escaped, kept };

// The text for a terminal or a log: one line without effect on the terminal. Control characters (up
// to U+009F), U+2028 and U+2029, bidirectional controls and marks, and bytes that are not UTF-8 are
// written as escapes: \n, \x1b, \u202e. Everything that prints what others wrote uses it.
// Backslashes stay: printing twice changes nothing.
std::string printable(std::string_view s, tabs tabs = tabs::escaped);

}  // namespace lingerd
