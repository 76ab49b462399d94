#include "bench/load/token_file.hpp"

#include <fstream>
#include <stdexcept>

namespace load {

std::vector<account> read_token_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read the token file \"" + path + "\"");
  std::vector<account> accounts;
  std::string name;
  account next;
  while (file >> name >> next.id >> next.token) accounts.push_back(next);
  return accounts;
}

}  // namespace load
