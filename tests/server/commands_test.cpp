#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST(Import, ASecondRunChangesNothingAndGivesTokensForAll) {
  temp_folder f;
  const std::string cast = f / "cast", data = f / "data";
  write_file(cast,
             "{\"user\":\"li\",\"display\":\"Li\"}\n\n{\"user\":\"han\"}\n"
             "{\"friends\":[\"li\",\"han\"]}\n"
             "{\"group\":\"lab\",\"owner\":\"li\",\"members\":[\"han\"],\"brief\":\"b\"}\n");
  const auto lists = [&] {
    std::string all;
    for (const std::vector<std::string>& words : {std::vector<std::string>{"user", "list"},
                                                  {"group", "list"},
                                                  {"group", "show", "lab"},
                                                  {"friend", "list", "li"}}) {
      auto line = words;
      line.insert(line.end(), {"--data", data});
      all += run(std::move(line)).out;
    }
    return all;
  };
  ASSERT_TRUE(succeeded(run({"import", cast, "--tokens", f / "one", "--data", data})));
  const std::string before = lists();
  const ended again = run({"import", cast, "--tokens", f / "two", "--data", data});
  EXPECT_TRUE(succeeded(again));
  EXPECT_EQ(again.out, "imported 0 lines, 4 were there already\n");
  EXPECT_EQ(lists(), before);
  const std::string tokens = read_file(f / "two");
  EXPECT_EQ(std::count(tokens.begin(), tokens.end(), '\n'), 2) << tokens;
  // Both tokens sign.
  server s(data);
  for (const std::string& text : {read_file(f / "one"), tokens}) {
    const auto end = text.find('\n');
    const auto begin = text.rfind('\t', end) + 1;
    EXPECT_EQ(
        ask_once(s.port(), request("GET", "/api/start", text.substr(begin, end - begin))).status,
        200);
  }
}

TEST(Import, WhatExistsAndDiffersIsNamedAndStays) {
  temp_folder f;
  const std::string data = f / "data";
  write_file(f / "cast", "{\"user\":\"li\",\"display\":\"Li\"}\n{\"user\":\"han\"}\n");
  ASSERT_TRUE(succeeded(run({"import", f / "cast", "--data", data})));
  write_file(f / "more",
             "{\"user\":\"mei\"}\n{\"user\":\"LI\",\"display\":\"Other\",\"admin\":true}\n");
  const ended e = run({"import", f / "more", "--data", data});
  EXPECT_EQ(e.exit_code, 0);
  EXPECT_EQ(
      e.err,
      "linger: line 2: the user li is there already, differs from the file and stays as it is\n");
  EXPECT_EQ(e.out, "imported 1 lines, 1 were there already\n");
  EXPECT_NE(run({"user", "list", "--data", data}).out.find("li\tLi\t\n"), std::string::npos);
}

TEST(Import, ABrokenLineIsFoundBeforeAnythingIsImported) {
  for (const std::string_view bad : {"{\"user\":", "[]", "{\"nothing\":1}", "{\"user\":\"LI\"}"}) {
    temp_folder f;
    write_file(f / "cast", "{\"user\":\"li\"}\n" + std::string(bad) + "\n");
    const ended e = run({"import", f / "cast", "--data", f / "data"});
    EXPECT_TRUE(is_refused(e)) << bad;
    EXPECT_NE(e.err.find("line 2: "), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("nothing of the file is imported"), std::string::npos) << e.err;
    EXPECT_EQ(run({"user", "list", "--data", f / "data"}).out, "");
  }
}

TEST(Import, ARefusedFileIsMendedAndImportedAgain) {
  temp_folder f;
  const std::string data = f / "data";
  write_file(f / "cast", "{\"user\":\"li\"}\n{\"friends\":[\"li\",\"han\"]}\n{\"user\":\"han\"}\n");
  const ended first = run({"import", f / "cast", "--data", data});
  EXPECT_TRUE(is_refused(first));
  EXPECT_NE(first.err.find("line 2: "), std::string::npos) << first.err;
  write_file(f / "cast", "{\"user\":\"li\"}\n{\"user\":\"han\"}\n{\"friends\":[\"li\",\"han\"]}\n");
  const ended second = run({"import", f / "cast", "--data", data});
  EXPECT_TRUE(succeeded(second));
  EXPECT_EQ(second.out, "imported 2 lines, 1 were there already\n");
}

TEST(Import, AByteOrderMarkIsSkipped) {
  temp_folder f;
  write_file(f / "cast", "\xef\xbb\xbf{\"user\":\"li\"}\r\n{\"user\":\"han\"}\r\n");
  EXPECT_EQ(run({"import", f / "cast", "--data", f / "data"}).out, "imported 2 lines\n");
}

TEST(Commands, OfRootLeaveTheFilesToTheFoldersOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "for root alone";
  temp_folder f;
  constexpr uid_t nobody = 65534;
  ::chmod(f.path().c_str(), 0755);
  const std::string data = f / "data";
  ASSERT_EQ(::mkdir(data.c_str(), 0700), 0);
  write_file(data + "/lock", "");  // left behind by an earlier command of root
  ASSERT_EQ(::chown(data.c_str(), nobody, nobody), 0);
  write_file(f / "cast", "{\"user\":\"han\"}\n");
  ::chmod((f / "cast").c_str(), 0600);
  EXPECT_TRUE(succeeded(run({"user", "add", "li", "--data", data})));
  EXPECT_TRUE(succeeded(run({"import", f / "cast", "--tokens", f / "tokens", "--data", data})));
  { server s(data); }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    struct stat s {};
    ASSERT_EQ(::lstat(entry.path().c_str(), &s), 0);
    if (S_ISSOCK(s.st_mode)) continue;  // of the killed server, removed at the next start
    EXPECT_EQ(s.st_uid, nobody) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 2u);
  struct stat s {};
  ASSERT_EQ(::stat((f / "tokens").c_str(), &s), 0);
  EXPECT_EQ(s.st_uid, 0u) << "the caller's own file stays the caller's";
}

TEST(Commands, TheClockIsShownAndAcceptedByARunningServerAlone) {
  temp_folder f;
  const std::string data = f / "data";
  const administration a(data);
  EXPECT_TRUE(succeeded(a({"clock"})));
  EXPECT_TRUE(succeeded(a({"clock", "show"})));
  EXPECT_TRUE(is_refused(a({"clock", "accept"})));
  server s(data);
  const ended shown = a({"clock"});
  EXPECT_TRUE(succeeded(shown));
  EXPECT_TRUE(shown.out.starts_with("20")) << shown.out;
  const ended accepted = a({"clock", "accept"});
  EXPECT_TRUE(succeeded(accepted));
  EXPECT_TRUE(accepted.out.find("accepted until") != std::string::npos ||
              accepted.out.find("set by a time service") != std::string::npos)
      << accepted.out;
  EXPECT_EQ(a({"clock"}).out.substr(25), accepted.out.substr(25));
}

TEST(Commands, WhatOthersWroteHasNoEffectOnTheTerminal) {
  temp_folder f;
  const administration a(f / "data");
  ASSERT_TRUE(succeeded(a({"user", "add", "li"})));
  EXPECT_TRUE(
      is_refused(a({"group", "add", "lab", "--owner", "li", "--brief", "x\x1b]0;pwned\x07"})));
  EXPECT_TRUE(is_refused(a({"group", "add", "l\u202eab", "--owner", "li"})));
  ASSERT_TRUE(
      succeeded(a({"group", "add", "lab", "--owner", "li", "--brief", "one\r\nfake line"})));
  EXPECT_NE(a({"group", "show", "lab"}).out.find("brief\tone\\r\\nfake line\n"), std::string::npos);
  const ended nobody = a({"friend", "list", "no\x1b[2J\nbody"});
  EXPECT_TRUE(is_refused(nobody));
  EXPECT_EQ(nobody.err, "linger: there is no user no\\x1b[2J\\nbody\n");
  const ended unknown = run({"a\nb\x1b"});
  EXPECT_EQ(unknown.err, "linger: there is no command \"a\\nb\\x1b\"; see linger --help\n");
}

}  // namespace
}  // namespace lingerd::server_tests
