#pragma once

#include <string>

#include "core/chat/chat.hpp"
#include "http/connection/reply.hpp"

// The polls, short and long, and the tutorial's: what a held request is answered with, and whether
// it goes on waiting. Decisions only; the connection does the waiting.
namespace lingerd::poll {

enum class verdict {
  answered,   // the body is written
  wait,       // nothing yet
  ask_store,  // memory does not reach back that far: chat.from_store(), then take()
};

// Looks at what is there for the asked cursor, and writes the answer's body over `body`. With
// `must_answer`, an empty answer is one, too. Moves asked.after over what holds nothing for him.
verdict look(chat& talk, poll_request& asked, bool must_answer, std::string& body);

// The same for what the store had: answered or wait.
verdict take(chat& talk, poll_request& asked, const batch& b, bool must_answer, std::string& body);

// The answer of a stream that gave way to newer ones of its session.
std::string crowded_body(chat& talk, const poll_request& asked);

// How long to hold, a little less than asked, so that a thousand clients' polls do not come back
// in one moment for ever; a long hold ends on the beat (core/clock.hpp).
instant hold_time(const chat& talk, const poll_request& asked, instant now);

}  // namespace lingerd::poll
