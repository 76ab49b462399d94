#include "tests/server/server_fixture.hpp"

#include <sstream>
#include <stdexcept>

namespace lingerd::server_tests {

const std::string_view usual_cast = R"({"user":"li","display":"李雷"}
{"user":"han","display":"韩梅梅"}
{"user":"mei"}
{"user":"zoe"}
{"friends":["li","han"]}
{"friends":["li","mei"]}
{"group":"lab","owner":"li","members":["li","han"],"brief":"all of us"}
)";

const std::string_view cast_with_passwords =
    R"({"user":"li","display":"李雷","password":"li's own password"}
{"user":"han","display":"韩梅梅","password":"han's own password"}
{"friends":["li","han"]}
)";

running_server::running_server(std::vector<std::string> serve, std::string_view cast)
    : running_server(cast, not_started()) {
  start(std::move(serve));
}

std::unique_ptr<running_server> running_server::stopped(std::string_view cast) {
  return std::unique_ptr<running_server>(new running_server(cast, not_started()));
}

running_server::running_server(std::string_view cast, not_started) {
  write_file(folder_ / "cast.jsonl", cast);
  const ended e =
      run({"import", folder_ / "cast.jsonl", "--tokens", folder_ / "tokens", "--data", data()});
  if (e.exit_code != 0) throw std::runtime_error("the import failed: " + e.err);
  std::istringstream tokens(read_file(folder_ / "tokens"));
  std::string name;
  user u;
  while (tokens >> name >> u.id >> u.token) users_[name] = u;
}

void running_server::start(std::vector<std::string> serve, std::vector<std::string> environment) {
  server_ = std::make_unique<server>(data(), std::move(serve), std::move(environment));
}

std::uint64_t running_server::group(const std::string& name, const std::string& member) {
  const json::object start = state(member);
  for (const json::value& g : start.at("groups").as_array()) {
    if (text(g.at("name")) == name) return number(g.at("id"));
  }
  throw std::runtime_error("no group " + name);
}

answer running_server::get(const std::string& name, std::string_view path) {
  return ask_once(port(), request("GET", path, token(name)));
}

answer running_server::post(const std::string& name, std::string_view path,
                            const json::value& body) {
  return ask_once(port(), json_request("POST", path, token(name), body));
}

answer running_server::post(const std::string& name, std::string_view path) {
  return ask_once(port(), request("POST", path, token(name)));
}

answer running_server::patch(const std::string& name, std::string_view path,
                             const json::value& body) {
  return ask_once(port(), json_request("PATCH", path, token(name), body));
}

answer running_server::del(const std::string& name, std::string_view path) {
  return ask_once(port(), request("DELETE", path, token(name)));
}

answer running_server::sign_in(std::string_view name, std::string_view password) {
  return ask_once(
      port(), json_request("POST", "/api/session", {}, {{"name", name}, {"password", password}}));
}

json::object running_server::state(const std::string& name) {
  const answer a = get(name, "/api/start");
  if (a.status != 200) throw std::runtime_error("no start: " + a.body);
  return a.json().as_object();
}

answer running_server::send(const std::string& sender, const std::string& recipient,
                            std::string_view text) {
  return post(sender, "/api/messages", {{"type", "single"}, {"to", id(recipient)}, {"msg", text}});
}

answer running_server::send_group(const std::string& sender, std::uint64_t group,
                                  std::string_view text) {
  return post(sender, "/api/messages", {{"type", "group"}, {"to", group}, {"msg", text}});
}

std::vector<std::string> running_server::texts(const std::string& reader, std::string_view type,
                                               std::uint64_t other) {
  const answer a = get(reader, "/api/messages?limit=200&type=" + std::string(type) +
                                   "&with=" + std::to_string(other));
  if (a.status != 200) throw std::runtime_error("no history: " + a.body);
  std::vector<std::string> all;
  const json::value v = a.json();
  for (const json::value& m : v.at("messages").as_array()) all.push_back(text(m.at("msg")));
  return all;
}

reader::reader(running_server& server, std::string name) : server_(server), name_(std::move(name)) {
  const json::object start = server_.state(name_);
  after = number(start.at("cursor"));
  epoch = text(start.at("epoch"));
  revision = number(start.at("presence").at("rev"));
}

std::string reader::path(std::string_view more) const {
  return "/api/events?after=" + std::to_string(after) + "&epoch=" + epoch + std::string(more);
}

answer reader::ask(std::string_view more) { return server_.get(name_, path(more)); }

json::object reader::next(std::string_view more) { return take(ask(more)); }

json::object reader::take(const answer& a) {
  if (a.status != 200) throw std::runtime_error("the poll is refused: " + a.body);
  json::object o = a.json().as_object();
  after = number(o.at("next"));
  if (o.contains("presence")) revision = number(o.at("presence").at("rev"));
  return o;
}

json::array reader::events(std::string_view kind) {
  json::array found;
  for (bool more = true; more;) {
    const json::object o = next();
    for (const json::value& e : o.at("events").as_array()) {
      if (text(e.at("event")) == kind) found.push_back(e);
    }
    more = o.contains("more");
  }
  return found;
}

void reader::hold(connection& c, std::string_view more) const {
  c.send(request("GET", path(more), server_.token(name_)));
}

std::uint64_t number(const json::value& v) { return v.to_number<std::uint64_t>(); }

std::string text(const json::value& v) { return std::string(v.as_string()); }

testing::AssertionResult refused(const answer& a, int status, std::string_view code) {
  if (a.status == status && a.code() == code) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "expected " << status << " " << code << ", got " << a.status << " " << a.body;
}

testing::AssertionResult done(const answer& a, int status) {
  if (a.status == status) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "expected " << status << ", got " << a.status << " " << a.body;
}

}  // namespace lingerd::server_tests
