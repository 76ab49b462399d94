#pragma once

#include <string>
#include <string_view>

// Checks of text that users typed. Pure functions, safe on any thread.
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

// A user's name: 1 to `bytes_max` bytes of UTF-8 without spaces, control characters or '/'.
bool is_user_name(std::string_view s, std::size_t bytes_max);

// A display name or a group's name: 1 to `bytes_max` bytes, not blank, no control characters.
bool is_title(std::string_view s, std::size_t bytes_max);

}  // namespace lingerd
