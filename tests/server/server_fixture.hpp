#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/server/http_client.hpp"
#include "tests/server/program.hpp"

// Fixtures for the tests that use a running server.
namespace lingerd::server_tests {

struct user {
  std::uint64_t id = 0;
  std::string token;
};

// Import lines: li is a friend of han and of mei, who are not friends; zoe has no friends. li owns
// the group "lab", of which han is a member. No passwords: hashing them would take long.
extern const std::string_view usual_cast;

// Import lines: li and han, friends, with the passwords "li's own password" and "han's own
// password".
extern const std::string_view cast_with_passwords;

// `linger serve` on a new data folder with imported accounts, each with a signed-in session.
// Functions that take a user's name send a request with that session. Ends with the object.
class running_server {
 public:
  explicit running_server(std::vector<std::string> serve = {}, std::string_view cast = usual_cast);
  // Imports the accounts, and starts no server.
  static std::unique_ptr<running_server> stopped(std::string_view cast = usual_cast);

  const user& operator[](const std::string& name) const { return users_.at(name); }
  std::uint64_t id(const std::string& name) const { return users_.at(name).id; }
  const std::string& token(const std::string& name) const { return users_.at(name).token; }
  std::uint64_t group(const std::string& name, const std::string& member = "li");
  std::string data() const { return folder_ / "data"; }
  const temp_folder& folder() const { return folder_; }
  std::uint16_t port() const { return server_->port(); }

  server& server_process() { return *server_; }
  // Serves the same folder again, after the server was stopped or killed.
  void start(std::vector<std::string> serve = {}, std::vector<std::string> environment = {});

  answer get(const std::string& name, std::string_view path);
  answer post(const std::string& name, std::string_view path, const json::value& body);
  answer post(const std::string& name, std::string_view path);
  answer patch(const std::string& name, std::string_view path, const json::value& body);
  answer del(const std::string& name, std::string_view path);
  answer sign_in(std::string_view name, std::string_view password);

  json::object state(const std::string& name);  // /api/start
  answer send(const std::string& sender, const std::string& recipient, std::string_view text);
  answer send_group(const std::string& sender, std::uint64_t group, std::string_view text);
  // The texts of a conversation, oldest first.
  std::vector<std::string> texts(const std::string& reader, std::string_view type,
                                 std::uint64_t other);

 private:
  struct not_started {};
  running_server(std::string_view cast, not_started);

  temp_folder folder_;
  std::map<std::string, user> users_;
  std::unique_ptr<server> server_;
};

// A client of the event stream, with its cursor.
class reader {
 public:
  reader(running_server& server, std::string name);  // starts at the cursor of /api/start

  std::string path(std::string_view more = {}) const;
  answer ask(std::string_view more = {});
  // Polls, moves the cursor and returns the answer.
  json::object next(std::string_view more = {});
  // Polls up to the newest event; returns the events of one kind.
  json::array events(std::string_view kind);
  // Sends a held poll without waiting for the answer.
  void hold(connection& c, std::string_view more = "&wait=60") const;
  json::object take(const answer& a);  // moves the cursor to the answer's

  // The part of a query that asks for presence since this reader's revision.
  std::string presence() const { return "&presence=" + std::to_string(revision); }

  std::uint64_t after = 0;
  std::uint64_t revision = 0;
  std::string epoch;

 private:
  running_server& server_;
  std::string name_;
};

std::uint64_t number(const json::value& v);
std::string text(const json::value& v);

// Whether the answer has this status and, for refused(), this error code.
testing::AssertionResult refused(const answer& a, int status, std::string_view code);
testing::AssertionResult done(const answer& a, int status);

}  // namespace lingerd::server_tests
