#pragma once

#include <string>

#include "core/base/entropy.hpp"
#include "core/chat/chat.hpp"
#include "http/api/guard.hpp"
#include "http/api/passwords.hpp"

namespace lingerd {

class page;

// Counted since the start, for the metrics.
struct counters {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t messages = 0;
  std::uint64_t polls_held = 0;
  std::uint64_t events_answers = 0;
  std::size_t open_connections = 0;
  std::size_t held_now = 0;
};

struct app_options {
  std::string title = "Linger";
  std::string public_url;  // "https://chat.example.org": what the browser calls this server
};

// What the API's functions work with. Everything in it outlives every request.
struct app_context {
  lingerd::chat& chat;
  lingerd::guard& guard;
  lingerd::passwords& passwords;
  lingerd::entropy& entropy;
  const lingerd::page& page;
  app_options options;
  lingerd::counters counters;
};

}  // namespace lingerd
