#pragma once

#include <string>
#include <vector>

namespace load {

// A signed-in account of Linger.
struct account {
  std::string id, token;
};

// Reads a file of `linger import --tokens`: name, id and token, one account a line, in the order of
// the import. Throws std::runtime_error if the file cannot be read.
std::vector<account> read_token_file(const std::string& path);

}  // namespace load
