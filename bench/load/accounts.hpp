#pragma once

#include <string>
#include <vector>

namespace load {

// A signed-in session.
struct account {
  std::string id, token;
};

// Reads a file of `linger import --tokens`: name, id and token, one account a line.
// Throws std::runtime_error if it cannot be read.
std::vector<account> read_accounts(const std::string& path);

}  // namespace load
