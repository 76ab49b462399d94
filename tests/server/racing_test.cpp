#include <gtest/gtest.h>

#include <deque>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

// Sends all requests at once, each on its own connection. Returns the number of each answer.
std::map<std::string, int> race(running_server& w, const std::vector<std::string>& requests) {
  std::deque<connection> all;
  for (std::size_t i = 0; i < requests.size(); ++i) all.emplace_back(w.port()).get("/healthz");
  for (std::size_t i = 0; i < requests.size(); ++i) all[i].send(requests[i]);
  std::map<std::string, int> answers;
  for (connection& c : all) {
    const answer a = c.read();
    ++answers[std::to_string(a.status) + (a.status < 400 ? "" : " " + a.code())];
  }
  return answers;
}

using tally = std::map<std::string, int>;

// Runs several `linger user add` of one name at once. Returns the number of each exit code.
std::map<int, int> race_to_add(const std::string& data, const std::string& name) {
  std::deque<process> all;
  for (int i = 0; i < 4; ++i) {
    all.emplace_back(std::vector<std::string>{"user", "add", name, "--data", data});
  }
  std::map<int, int> codes;
  for (process& p : all) ++codes[p.wait()];
  return codes;
}

TEST(Racing, ANameIsAddedOnceWhileTheServerRuns) {
  running_server w;
  for (int round = 0; round < 5; ++round) {
    const std::string name = "user" + std::to_string(round);
    EXPECT_EQ(race_to_add(w.data(), name), (std::map<int, int>{{0, 1}, {1, 3}}));
  }
}

TEST(Racing, ANameIsAddedOnceWhileTheServerIsStopped) {
  running_server w;
  w.server_process().stop();
  for (int round = 0; round < 5; ++round) {
    const std::string name = "user" + std::to_string(round);
    EXPECT_EQ(race_to_add(w.data(), name), (std::map<int, int>{{0, 1}, {1, 3}}));
    const ended list = run({"user", "list", "--data", w.data()});
    const std::string row = "\t" + name + "\t" + name;  // the name and the display name
    const auto first = list.out.find(row);
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(list.out.find(row, first + 1), std::string::npos);
  }
}

TEST(Racing, TheLastPlaceOfAGroupIsTakenOnce) {
  const std::string cast = R"({"user":"li"}
{"user":"a"}
{"user":"b"}
{"user":"c"}
{"friends":["li","a"]}
{"friends":["li","b"]}
{"friends":["li","c"]}
)";
  running_server w({}, cast);
  for (int round = 0; round < 10; ++round) {
    const answer created = w.post("li", "/api/groups",
                                  {{"name", "round " + std::to_string(round)}, {"max_members", 2}});
    ASSERT_TRUE(done(created, 201));
    const std::string members =
        "/api/groups/" + std::to_string(number(created.json().at("id"))) + "/members/";
    std::vector<std::string> all;
    for (const std::string name : {"a", "b", "c"}) {
      all.push_back(request("POST", members + std::to_string(w.id(name)), w.token("li")));
    }
    EXPECT_EQ(race(w, all), (tally{{"204", 1}, {"409 group_full", 2}}));
    const json::object start = w.state("li");
    for (const json::value& g : start.at("groups").as_array()) {
      EXPECT_EQ(g.at("members").as_array().size(), 2U);
    }
  }
}

TEST(Racing, AnOwnerCannotLeaveWhileTheOtherHandsBack) {
  running_server w;
  const std::string lab = "/api/groups/" + std::to_string(w.group("lab"));
  const auto member = [&](const std::string& name) {
    return lab + "/members/" + std::to_string(w.id(name));
  };
  race(w, {json_request("PATCH", lab, w.token("li"), {{"owner", w.id("han")}}),
           request("DELETE", member("han"), w.token("han"))});
  // In either order, the owner is a member.
  const json::object start = w.state("li");
  ASSERT_EQ(start.at("groups").as_array().size(), 1U);
  const json::value& g = start.at("groups").at(0);
  bool is_member = false;
  for (const json::value& m : g.at("members").as_array()) is_member |= m == g.at("owner");
  EXPECT_TRUE(is_member);
}

}  // namespace
}  // namespace lingerd::server_tests
