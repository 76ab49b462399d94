#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/entropy.hpp"
#include "core/chat/chat.hpp"
#include "http/api/authenticator.hpp"
#include "http/api/passwords.hpp"
#include "http/api/rate_limits.hpp"
#include "http/api/same_origin.hpp"
#include "http/connection/counters.hpp"

namespace lingerd {

class page;

struct app_options {
  std::string title = "Linger";
  // The server's address as browsers see it, "https://chat.example.org"; empty: as they ask for it.
  std::string public_url;
  // With a folder, the page's files are read from it instead of those compiled in.
  std::optional<std::filesystem::path> page_folder;
};

// What the API's functions use. Everything in it outlives every request.
struct app_context {
  lingerd::chat& chat;
  lingerd::authenticator& authenticator;
  const lingerd::same_origin& same_origin;
  lingerd::rate_limits& rate_limits;
  lingerd::passwords& passwords;
  lingerd::entropy& entropy;
  const lingerd::page& page;
  app_options options;
  lingerd::counters counters;
};

}  // namespace lingerd
