#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

answer fetch(running_server& w, std::string_view path, std::string_view fields = {}) {
  return ask_once(w.port(), request("GET", path, {}, {}, fields));
}

// The addresses of the assets in the page's HTML.
std::vector<std::string> assets_of(const std::string& page) {
  std::vector<std::string> found;
  std::size_t offset = 0;
  while ((offset = page.find("/assets/", offset)) != std::string::npos) {
    const std::size_t end = page.find_first_of("\"' )", offset);
    found.push_back(page.substr(offset, end - offset));
    offset = end;
  }
  return found;
}

TEST(Page, IsPublic) {
  running_server w;
  const answer a = fetch(w, "/");
  ASSERT_TRUE(done(a, 200));
  EXPECT_TRUE(a.field("content-type").starts_with("text/html")) << a.field("content-type");
  EXPECT_NE(a.body.find("<html"), std::string::npos);
  EXPECT_EQ(fetch(w, "/webchat/").body, a.body);
}

TEST(Page, ItsPolicyAllowsNoForeignContent) {
  running_server w;
  const answer a = fetch(w, "/");
  ASSERT_TRUE(done(a, 200));
  const std::string policy = a.field("content-security-policy");
  for (const std::string_view part :
       {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'",
        "base-uri 'none'"}) {
    EXPECT_NE(policy.find(part), std::string::npos) << policy;
  }
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
  EXPECT_EQ(a.field("x-content-type-options"), "nosniff");
  EXPECT_EQ(a.body.find("<script>"), std::string::npos) << "the policy forbids it";
}

TEST(Page, ItsETagSparesASecondTransfer) {
  running_server w;
  const answer a = fetch(w, "/");
  ASSERT_TRUE(done(a, 200));
  const std::string tag = a.field("etag");
  ASSERT_GT(tag.size(), 2U);
  EXPECT_EQ(a.field("cache-control"), "no-cache");
  connection c(w.port());
  const answer same = c.ask(request("GET", "/", {}, {}, "If-None-Match: " + tag + "\r\n"));
  EXPECT_TRUE(done(same, 304));
  EXPECT_EQ(same.field("etag"), tag);
  EXPECT_EQ(c.get("/healthz").body, "ok") << "a 304 has no body";
  EXPECT_TRUE(done(fetch(w, "/", "If-None-Match: \"another\"\r\n"), 200));
}

TEST(Page, ItsAssetsAreImmutableAndCompressed) {
  running_server w;
  const answer page = fetch(w, "/");
  ASSERT_TRUE(done(page, 200));
  const std::vector<std::string> all = assets_of(page.body);
  ASSERT_GE(all.size(), 2U) << "a style and a script at least";
  for (const std::string& path : all) {
    const answer plain = fetch(w, path);
    ASSERT_TRUE(done(plain, 200)) << path;
    EXPECT_NE(plain.field("cache-control").find("immutable"), std::string::npos) << path;
    EXPECT_NE(plain.field("cache-control").find("max-age=31536000"), std::string::npos) << path;
    EXPECT_EQ(plain.field("content-encoding"), "") << path;
    EXPECT_EQ(plain.field("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(plain.field("vary"), "Accept-Encoding") << path;
    const answer small = fetch(w, path, "Accept-Encoding: br, gzip\r\n");
    ASSERT_TRUE(done(small, 200)) << path;
    EXPECT_EQ(small.field("content-encoding"), "gzip") << path;
    EXPECT_EQ(small.body.substr(0, 2), "\x1f\x8b") << path;
    EXPECT_EQ(small.field("content-type"), plain.field("content-type")) << path;
  }
}

TEST(Page, AnAssetOfAnotherPageIsNotFound) {
  running_server w;
  const answer page = fetch(w, "/");
  ASSERT_TRUE(done(page, 200));
  const std::vector<std::string> all = assets_of(page.body);
  ASSERT_FALSE(all.empty());
  const std::string name = all[0].substr(all[0].rfind('/'));
  EXPECT_TRUE(refused(fetch(w, "/assets/0000000000000000" + name), 404, "not_found"));
  EXPECT_TRUE(refused(fetch(w, all[0] + ".map"), 404, "not_found"));
}

TEST(Page, NothingElseIsServed) {
  running_server w;
  for (const std::string_view path :
       {"/assets", "/assets/", "/assets/x", "/assets/x/y", "/assets/../linger.mdb", "/index.html",
        "/assets/dev/../../etc/passwd", "/assets/dev/%2e%2e/%2e%2e/etc/passwd", "/favicon.ico/x",
        "/webchat/x", "/linger.mdb"}) {
    EXPECT_TRUE(refused(fetch(w, path), 404, "not_found")) << path;
  }
}

TEST(Page, CanBeServedFromAFolderWithoutExposingItsSiblings) {
  temp_folder f;
  std::filesystem::create_directory(f.path() / "page");
  write_file(f / "page/index.html", "<html>my own</html>");
  write_file(f / "page/main.js", "'mine'");
  write_file(f / "page/.hidden", "hidden");
  write_file(f / "secret", "secret");
  running_server w({"--page-dir", f / "page"});
  const answer a = fetch(w, "/");
  ASSERT_TRUE(done(a, 200));
  EXPECT_EQ(a.body, "<html>my own</html>");
  EXPECT_NE(a.field("content-security-policy").find("default-src 'none'"), std::string::npos);
  const answer script = fetch(w, "/assets/dev/main.js");
  EXPECT_TRUE(script.field("content-type").starts_with("text/javascript"));
  EXPECT_EQ(script.body, "'mine'");
  for (const std::string_view path :
       {"/assets/dev/../secret", "/assets/dev/%2e%2e/secret", "/assets/dev/..%2fsecret",
        "/assets/dev/.hidden", "/assets/dev/nothing", "/assets/dev/", "/assets//etc/passwd"}) {
    EXPECT_TRUE(refused(fetch(w, path), 404, "not_found")) << path;
  }
}

TEST(Page, HealthIsOk) {
  running_server w;
  const answer a = fetch(w, "/healthz");
  EXPECT_TRUE(done(a, 200));
  EXPECT_EQ(a.body, "ok");
}

TEST(Metrics, AreOnTheirOwnAddressOnly) {
  running_server w;
  EXPECT_TRUE(refused(fetch(w, "/metrics"), 404, "not_found"));
}

}  // namespace
}  // namespace lingerd::server_tests
