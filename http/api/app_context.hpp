#pragma once

#include <string>

#include "core/chat/chat.hpp"
#include "core/base/entropy.hpp"
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

struct service_options {
  std::string title = "Linger";
  std::string public_url;  // "https://chat.example.org": what the browser calls this server
};

// What the API's functions work with. Everything in it outlives every request.
struct service {
  chat& talk;
  guard& door;
  passwords& secrets;
  entropy& chance;
  const page& files;
  service_options options;
  counters counted;
};

}  // namespace lingerd
