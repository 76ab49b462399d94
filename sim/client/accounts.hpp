#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/ids.hpp"

namespace lingerd::sim {

// A user of the server with a signed-in session.
struct account {
  std::string name;
  user_id id = 0;
  std::string token;
};

// Reads the first `count` users of a file written by `linger import --tokens`: name, id and token,
// one user a line. Throws std::runtime_error where the file is malformed or has fewer users.
std::vector<account> read_accounts(const std::filesystem::path& file, std::size_t count);

// Groups of a load as written on the command line: "10x100" is ten groups of a hundred members.
struct group_shape {
  std::size_t groups = 0;
  std::size_t members = 0;
};
// Throws std::runtime_error on malformed text; empty text means no groups.
group_shape group_shape_of(const std::string& text);

// Input for `linger import`: users u0, u1, … that are friends in pairs, or members of groups.
// Memberships wrap around: with 10 groups of 100 and 500 users, each user is in two groups.
std::string import_text(std::size_t clients, const group_shape& groups);

}  // namespace lingerd::sim
