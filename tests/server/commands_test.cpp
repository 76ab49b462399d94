#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

testing::AssertionResult succeeded(const ended& e) {
  if (e.exit_code == 0 && e.err.empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << e.exit_code << " " << e.err;
}

// Exit code 1 and one line with the reason.
testing::AssertionResult is_refused(const ended& e) {
  const bool one_line = std::count(e.err.begin(), e.err.end(), '\n') == 1 && e.err.ends_with('\n');
  if (e.exit_code == 1 && one_line && e.err.size() > 10) return testing::AssertionSuccess();
  return testing::AssertionFailure() << e.exit_code << " " << e.err;
}

testing::AssertionResult is_wrong_usage(const ended& e) {
  if (e.exit_code == 2 && !e.err.empty()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << e.exit_code << " " << e.err;
}

class administration {
 public:
  explicit administration(std::string data) : data_(std::move(data)) {}
  ended operator()(std::vector<std::string> arguments, std::string_view input = {}) const {
    arguments.insert(arguments.end(), {"--data", data_});
    return run(std::move(arguments), input);
  }

 private:
  std::string data_;
};

// Runs every administration command; checks the changes with `list` and `show`.
void administer(const administration& a) {
  EXPECT_TRUE(succeeded(a({"user", "add", "li", "--display", "李雷", "--admin", "--password-stdin"},
                          "a good password\n")));
  EXPECT_TRUE(succeeded(a({"user", "add", "han"})));
  EXPECT_TRUE(succeeded(a({"user", "add", "mei"})));
  EXPECT_TRUE(is_refused(a({"user", "add", "li"}))) << "the name is taken";
  EXPECT_TRUE(is_refused(a({"user", "add", "LI"}))) << "names have no case";
  EXPECT_TRUE(is_refused(a({"user", "add", "two words"})));
  const ended users = a({"user", "list"});
  EXPECT_TRUE(succeeded(users));
  EXPECT_NE(users.out.find("李雷"), std::string::npos) << users.out;
  EXPECT_NE(users.out.find("han"), std::string::npos) << users.out;

  EXPECT_TRUE(succeeded(a({"user", "passwd", "han", "--password-stdin"}, "another password\n")));
  EXPECT_TRUE(
      is_refused(a({"user", "passwd", "nobody", "--password-stdin"}, "another password\n")));
  EXPECT_TRUE(is_refused(a({"user", "passwd", "han", "--password-stdin"}, "")));
  EXPECT_TRUE(succeeded(a({"user", "disable", "han"})));
  EXPECT_TRUE(succeeded(a({"user", "enable", "han"})));
  EXPECT_TRUE(is_refused(a({"user", "disable", "nobody"})));
  EXPECT_TRUE(is_refused(a({"user", "enable", "nobody"})));
  EXPECT_TRUE(is_refused(a({"user", "remove", "nobody"})));

  EXPECT_TRUE(succeeded(a({"friend", "add", "li", "han"})));
  EXPECT_NE(a({"friend", "list", "li"}).out.find("han"), std::string::npos);
  EXPECT_TRUE(is_refused(a({"friend", "add", "li", "nobody"})));
  EXPECT_TRUE(is_refused(a({"friend", "add", "li", "li"})));
  EXPECT_TRUE(is_refused(a({"friend", "list", "nobody"})));
  EXPECT_TRUE(succeeded(a({"friend", "remove", "li", "han"})));
  EXPECT_EQ(a({"friend", "list", "li"}).out.find("han"), std::string::npos);

  EXPECT_TRUE(succeeded(
      a({"group", "add", "lab", "--owner", "li", "--brief", "all of us", "--max-members", "2"})));
  EXPECT_TRUE(is_refused(a({"group", "add", "club", "--owner", "nobody"})));
  EXPECT_TRUE(succeeded(a({"group", "member", "add", "lab", "han"})));
  EXPECT_TRUE(is_refused(a({"group", "member", "add", "lab", "mei"}))) << "it is full";
  EXPECT_TRUE(is_refused(a({"group", "member", "add", "nothing", "han"})));
  EXPECT_TRUE(is_refused(a({"group", "member", "remove", "lab", "li"}))) << "its owner";
  const ended lab = a({"group", "show", "lab"});
  EXPECT_TRUE(succeeded(lab));
  EXPECT_NE(lab.out.find("all of us"), std::string::npos) << lab.out;
  EXPECT_NE(lab.out.find("han"), std::string::npos) << lab.out;
  EXPECT_TRUE(succeeded(a({"group", "member", "remove", "lab", "han"})));
  EXPECT_EQ(a({"group", "show", "lab"}).out.find("han"), std::string::npos);
  EXPECT_NE(a({"group", "list"}).out.find("lab"), std::string::npos);
  EXPECT_TRUE(is_refused(a({"group", "show", "nothing"})));

  EXPECT_TRUE(succeeded(a({"user", "remove", "mei"})));
  EXPECT_EQ(a({"user", "list"}).out.find("mei"), std::string::npos);
}

TEST(Commands, AllWorkWhileTheServerIsStopped) {
  temp_folder f;
  administer(administration(f / "data"));
}

TEST(Commands, AllWorkWhileTheServerRuns) {
  temp_folder f;
  server s(f / "data");
  administer(administration(f / "data"));
  EXPECT_EQ(s.stop(), 0);
  EXPECT_NE(administration(f / "data")({"user", "list"}).out.find("李雷"), std::string::npos);
}

TEST(Commands, ChangesReachAHeldPoll) {
  running_server w;
  const administration a(w.data());
  reader han(w, "han");
  connection c(w.port());
  han.hold(c);
  ASSERT_TRUE(c.is_quiet_for(std::chrono::milliseconds(200)));
  ASSERT_TRUE(succeeded(a({"friend", "add", "han", "mei"})));
  const json::object o = han.take(c.read(false, std::chrono::seconds(5)));
  EXPECT_EQ(text(o.at("events").at(0).at("state")), "agreed");
  han.hold(c);
  ASSERT_TRUE(succeeded(a({"user", "disable", "han"})));
  EXPECT_TRUE(refused(c.read(false, std::chrono::seconds(5)), 401, "not_signed_in"));
  EXPECT_TRUE(refused(w.get("han", "/api/start"), 401, "not_signed_in"));
}

TEST(Commands, APasswordFromStdinSignsInAndADisabledUserDoesNot) {
  running_server w;
  const administration a(w.data());
  const std::string_view password = "a good password";
  ASSERT_TRUE(succeeded(a({"user", "passwd", "han", "--password-stdin"}, "a good password\n")));
  EXPECT_TRUE(refused(w.get("han", "/api/start"), 401, "not_signed_in")) << "the sessions end";
  EXPECT_TRUE(done(w.sign_in("han", password), 200));
  EXPECT_TRUE(done(w.sign_in("HAN", password), 200)) << "names have no case";
  ASSERT_TRUE(succeeded(a({"user", "disable", "han"})));
  EXPECT_TRUE(refused(w.sign_in("han", password), 401, "not_signed_in"));
  ASSERT_TRUE(succeeded(a({"user", "enable", "han"})));
  EXPECT_TRUE(done(w.sign_in("han", password), 200));
}

TEST(Commands, ARemovedUsersMessagesStay) {
  running_server w;
  ASSERT_TRUE(done(w.send("han", "li", "I was here"), 201));
  ASSERT_TRUE(succeeded(administration(w.data())({"user", "remove", "han"})));
  EXPECT_EQ(w.texts("li", "single", w.id("han")), std::vector<std::string>{"I was here"});
  EXPECT_GE(w.send("li", "han", "gone").status, 403);
  EXPECT_TRUE(refused(w.get("han", "/api/start"), 401, "not_signed_in"));
}

TEST(Commands, WrongUsageExitsWithTwo) {
  temp_folder f;
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {},
           {"nonsense"},
           {"user"},
           {"user", "add"},
           {"serve"},
           {"serve", "--nonsense"},
           {"user", "add", "li"},
           {"group", "add", "lab", "--data", f / "data"},
           {"friend", "add", "li", "--data", f / "data"},
           {"user", "add", "li", "--password", "secret", "--data", f / "data"},
           {"serve", "--data", f / "data", "--send-burst", "many"},
           {"serve", "--data", f / "data", "--streams-max", "0"}}) {
    EXPECT_TRUE(is_wrong_usage(run(arguments))) << (arguments.empty() ? "" : arguments.back());
  }
}

TEST(Commands, VersionAndHelp) {
  const ended e = run({"version"});
  EXPECT_TRUE(succeeded(e));
  EXPECT_TRUE(e.out.starts_with("linger ")) << e.out;
  EXPECT_TRUE(succeeded(run({"--help"})));
  EXPECT_TRUE(succeeded(run({"serve", "--help"})));
}

TEST(Import, WritesTokensThatOnlyTheOwnerMayRead) {
  temp_folder f;
  const std::string tokens = f / "tokens";
  write_file(tokens, "old, and readable by all");
  ::chmod(tokens.c_str(), 0644);
  write_file(f / "cast", usual_cast);
  const ended e = run({"import", f / "cast", "--tokens", tokens, "--data", f / "data"});
  ASSERT_TRUE(succeeded(e));
  struct stat s {};
  ASSERT_EQ(::stat(tokens.c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777, 0600U);
  const std::string text = read_file(tokens);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\t'), 8);
  EXPECT_EQ(text.find("old"), std::string::npos);
}

TEST(Import, WorksWhileTheServerRuns) {
  running_server w;
  write_file(w.folder() / "more", "{\"user\":\"polly\"}\n{\"friends\":[\"polly\",\"li\"]}\n");
  const std::string tokens = w.folder() / "more_tokens";
  ASSERT_TRUE(
      succeeded(run({"import", w.folder() / "more", "--tokens", tokens, "--data", w.data()})));
  const std::string line = read_file(tokens);
  const std::string token = line.substr(line.rfind('\t') + 1, line.size() - line.rfind('\t') - 2);
  EXPECT_TRUE(done(
      ask_once(w.port(), json_request("POST", "/api/messages", token,
                                      {{"type", "single"}, {"to", w.id("li")}, {"msg", "hello"}})),
      201));
}

TEST(Import, NamesTheBadLine) {
  for (const std::string_view bad : {"{\"user\":", "{\"friends\":[\"li\",\"nobody\"]}", "[]",
                                     "{\"group\":\"lab\",\"owner\":\"nobody\"}", "{\"nothing\":1}",
                                     "{\"user\":5}", "{\"user\":\"li\"}"}) {
    temp_folder f;
    write_file(f / "cast", "{\"user\":\"li\"}\n{\"user\":\"han\"}\n" + std::string(bad) + "\n");
    const ended e = run({"import", f / "cast", "--data", f / "data"});
    EXPECT_TRUE(is_refused(e)) << bad;
    EXPECT_NE(e.err.find("line 3"), std::string::npos) << bad << ": " << e.err;
  }
  temp_folder f;
  EXPECT_TRUE(is_refused(run({"import", f / "nothing", "--data", f / "data"})));
}

}  // namespace
}  // namespace lingerd::server_tests
