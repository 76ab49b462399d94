#include "bench/load/accounts.hpp"

#include <fstream>
#include <stdexcept>

namespace load {

std::vector<account> read_accounts(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read the token file \"" + path + "\"");
  std::vector<account> all;
  std::string name;
  account a;
  while (in >> name >> a.id >> a.token) all.push_back(a);
  return all;
}

}  // namespace load
