#pragma once

#include <string>
#include <string_view>

#include "core/base/ids.hpp"
#include "sim/world/check/oracle.hpp"

// What users send: JSON bodies, and the requests of the tutorial's page.
namespace lingerd::sim::payloads {

std::string json_text(std::string_view text);

// "type":"single","with":3; the party's field is named `field`: "to" or "with".
std::string conversation_fields(conversation conversation, user_id me, const char* field);

// {"type":…,"to":…,"msg":…[,"cid":…]}
std::string message(const attempt& a);

// Complete requests of the tutorial's page, authenticated by the cookie. The first sends a message
// as jQuery's form, with every number as text; the second asks for new messages of others.
std::string form_message(const attempt& a, std::string_view host, std::string_view token);
std::string new_messages(std::string_view host, std::string_view token);

}  // namespace lingerd::sim::payloads
