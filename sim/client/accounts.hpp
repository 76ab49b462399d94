#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/ids.hpp"

namespace lingerd::sim {

// A user of the server, with a session that is signed in.
struct account {
  std::string name;
  user_id id = 0;
  std::string token;
};

// A file of `linger import --tokens`: name, id and token, one user a line. Throws
// std::runtime_error where it is none, or has fewer users than `at_least`; more than that are left
// out.
std::vector<account> read_accounts(const std::filesystem::path& file, std::size_t at_least);

// "10x100": so many groups of so many members.
struct group_shape {
  std::size_t groups = 0;
  std::size_t members = 0;
};
// Throws std::runtime_error where it is none; empty text is no groups.
group_shape group_shape_of(const std::string& text);

// What `linger import` is to read: `clients` users u0, u1, …, friends in pairs, or in groups.
// Members go round: of 10 groups of 100 and 500 users each is in two.
std::string import_lines(std::size_t clients, const group_shape& groups);

}  // namespace lingerd::sim
