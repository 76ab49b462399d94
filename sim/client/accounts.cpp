#include "sim/client/accounts.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/base/limits.hpp"

namespace lingerd::sim {

std::vector<account> read_accounts(const std::filesystem::path& file, std::size_t count) {
  std::ifstream input(file);
  if (!input)
    throw std::runtime_error("cannot read " + file.string() + ": " + std::strerror(errno));
  std::vector<account> all;
  std::string line;
  for (std::size_t number = 1; all.size() < count && std::getline(input, line); ++number) {
    std::istringstream fields(line);
    account a;
    std::string more;
    if (!(fields >> a.name >> a.id >> a.token) || fields >> more || a.id == 0) {
      throw std::runtime_error(
          file.string() + " line " + std::to_string(number) +
          ": expected a name, an id and a token, as written by `linger import --tokens`");
    }
    all.push_back(std::move(a));
  }
  if (all.size() < count) {
    throw std::runtime_error(file.string() + " has " + std::to_string(all.size()) +
                             " users, fewer than the number of clients: " + std::to_string(count));
  }
  return all;
}

group_shape group_shape_of(const std::string& text) {
  group_shape s;
  if (text.empty()) return s;
  const std::size_t x = text.find('x');
  const char* end = text.data() + text.size();
  bool is_good = x != std::string::npos;
  if (is_good) {
    const auto first = std::from_chars(text.data(), text.data() + x, s.groups);
    const auto second = std::from_chars(text.data() + x + 1, end, s.members);
    is_good = first.ec == std::errc() && first.ptr == text.data() + x && second.ec == std::errc() &&
              second.ptr == end && s.groups > 0 && s.members >= 2 &&
              s.members <= limits{}.members_per_group && s.groups <= 10'000;
  }
  if (!is_good) {
    throw std::runtime_error(
        "\"" + text +
        "\" is not a valid value for groups; ten groups of a hundred members are 10x100");
  }
  return s;
}

namespace {

std::string user_name(std::size_t i) { return "u" + std::to_string(i); }

void add_friends(std::string& out, std::size_t a, std::size_t b) {
  out += "{\"friends\":[\"" + user_name(a) + "\",\"" + user_name(b) + "\"]}\n";
}

void add_group(std::string& out, std::size_t number, std::size_t first, std::size_t members,
               std::size_t clients) {
  out += "{\"group\":\"g" + std::to_string(number) + "\",\"owner\":\"" +
         user_name(first % clients) + "\",\"max_members\":" + std::to_string(members) +
         ",\"members\":[";
  for (std::size_t i = 0; i < members; ++i) {
    if (i > 0) out += ',';
    out += '"' + user_name((first + i) % clients) + '"';
  }
  out += "]}\n";
}

}  // namespace

std::string import_text(std::size_t clients, const group_shape& groups) {
  std::string out;
  for (std::size_t i = 0; i < clients; ++i) out += "{\"user\":\"" + user_name(i) + "\"}\n";
  if (groups.groups == 0) {
    for (std::size_t i = 0; i + 1 < clients; i += 2) add_friends(out, i, i + 1);
    // With an odd number of clients the last one is a friend of the first.
    if (clients % 2 == 1 && clients > 2) add_friends(out, clients - 1, 0);
    return out;
  }
  const std::size_t members = std::min(groups.members, clients);
  for (std::size_t g = 0; g < groups.groups; ++g) {
    add_group(out, g, g * members, members, clients);
  }
  return out;
}

}  // namespace lingerd::sim
