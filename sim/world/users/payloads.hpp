#pragma once

#include <string>
#include <string_view>

#include "core/base/ids.hpp"
#include "sim/world/check/oracle.hpp"

// How what people do is written down: bodies of JSON, and the tutorial's requests.
namespace lingerd::sim::wording {

std::string in_quotes(std::string_view text);

// "type":"single","with":3
std::string place(conversation in, user_id me, const char* with);

// {"type":…,"to":…,"msg":…[,"cid":…]}
std::string message(const attempt& a);

// What a page of the tutorial asks, whole: jQuery's form, signed by the cookie, every number as
// text; and for what others have said.
std::string form_message(const attempt& a, std::string_view host, std::string_view token);
std::string new_messages(std::string_view host, std::string_view token);

}  // namespace lingerd::sim::wording
