#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/server/http_client.hpp"
#include "tests/server/program.hpp"

// A running server with a small cast, each of them signed in.
namespace lingerd::server_tests {

struct user {
  std::uint64_t id = 0;
  std::string token;
};

// li is a friend of han and of mei; han and mei are none of each other; zoe knows nobody.
// The group "lab" is li's; han is in it. Passwords: none, so that this is quick.
extern const std::string_view usual_cast;

// The same with "li's own password" and "han's own password".
extern const std::string_view cast_with_passwords;

class world {
 public:
  explicit world(std::vector<std::string> serve = {}, std::string_view cast = usual_cast);

  const user& operator[](const std::string& name) const { return users_.at(name); }
  std::uint64_t id(const std::string& name) const { return users_.at(name).id; }
  const std::string& token(const std::string& name) const { return users_.at(name).token; }
  std::uint64_t group(const std::string& name, const std::string& member = "li");
  std::string data() const { return folder_ / "data"; }
  const temp_folder& folder() const { return folder_; }
  std::uint16_t port() const { return server_->port(); }

  server& running() { return *server_; }
  void start(std::vector<std::string> serve = {});

  answer get(const std::string& name, std::string_view path);
  answer post(const std::string& name, std::string_view path, const json::value& body);
  answer post(const std::string& name, std::string_view path);
  answer patch(const std::string& name, std::string_view path, const json::value& body);
  answer del(const std::string& name, std::string_view path);
  answer sign_in(std::string_view name, std::string_view password);

  json::object state(const std::string& name);  // /api/start
  answer send(const std::string& from, const std::string& to, std::string_view text);
  answer send_group(const std::string& from, std::uint64_t to, std::string_view text);
  // The texts of a conversation, oldest first.
  std::vector<std::string> texts(const std::string& reader, std::string_view type,
                                 std::uint64_t with);

 private:
  temp_folder folder_;
  std::map<std::string, user> users_;
  std::unique_ptr<server> server_;
};

// A reader of the stream, at its cursor.
class reader {
 public:
  reader(world& in, std::string name);  // begins at /api/start

  std::string path(std::string_view more = {}) const;
  answer ask(std::string_view more = {});
  // Asks, moves on and returns the answer.
  json::object next(std::string_view more = {});
  // All events of a kind until now.
  json::array events(std::string_view kind);
  void hold(connection& on, std::string_view more = "&wait=60") const;
  json::object take(const answer& a);  // moves on

  // The query's part that asks for presence, as far as this reader knows it.
  std::string presence() const { return "&presence=" + std::to_string(revision); }

  std::uint64_t after = 0;
  std::uint64_t revision = 0;
  std::string epoch;

 private:
  world& in_;
  std::string name_;
};

std::uint64_t number(const json::value& v);
std::string text(const json::value& v);

testing::AssertionResult refused(const answer& a, int status, std::string_view code);
testing::AssertionResult done(const answer& a, int status);

}  // namespace lingerd::server_tests
