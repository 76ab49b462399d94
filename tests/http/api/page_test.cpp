#include "http/api/page.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "http/api/page_assets.hpp"
#include "tests/http/protocol/scripted_stream.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd::http_tests {
namespace {

using store_tests::temp_folder;

http_request plain() { return request_of(method::get, "/"); }
http_request gzip(const char* accepted = "gzip, deflate, br") {
  http_request r = plain();
  field_of(r, field::accept_encoding) = accepted;
  return r;
}
const asset& named(std::string_view name) {
  for (const asset& a : page_assets) {
    if (a.name == name) return a;
  }
  throw std::runtime_error("no asset " + std::string(name));
}
std::string hashed(std::string_view name) {
  return std::string(page_hash) + "/" + std::string(name);
}
std::string tag() { return "\"" + std::string(page_hash) + "\""; }

void write(const std::filesystem::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

const page compiled_in(std::nullopt);

TEST(Page, TheIndexIsHtmlThatIsAskedForAgainEachTime) {
  const response r = compiled_in.index(plain());
  EXPECT_EQ(r.status, 200);
  const std::string out = rendered(r);
  EXPECT_TRUE(holds(out, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
  EXPECT_TRUE(holds(out, "\r\nCache-Control: no-cache\r\n"));
  EXPECT_FALSE(holds(out, "no-store"));
  EXPECT_TRUE(holds(out, "\r\nETag: " + tag() + "\r\n"));
  EXPECT_TRUE(holds(out, "\r\nVary: Accept-Encoding\r\n"));
  EXPECT_TRUE(holds(out, "<!doctype html>"));
}

TEST(Page, TheIndexNamesItsFilesByTheirHash) {
  const std::string html(compiled_in.index(plain()).fixed);
  EXPECT_TRUE(holds(html, "/assets/" + hashed("main.js")));
  EXPECT_FALSE(holds(html, "/assets/dev/"));
}

TEST(Page, TheIndexAllowsNothingOfOtherSites) {
  for (const http_request& r : {plain(), gzip()}) {
    const std::string out = rendered(compiled_in.index(r));
    EXPECT_TRUE(holds(out, "\r\nContent-Security-Policy: default-src 'none'; script-src 'self';"));
    EXPECT_TRUE(holds(out, "frame-ancestors 'none'"));
    EXPECT_FALSE(holds(out.substr(0, out.find("\r\n\r\n")), "unsafe"));
    EXPECT_TRUE(holds(out, "\r\nX-Content-Type-Options: nosniff\r\n"));
    EXPECT_TRUE(holds(out, "\r\nReferrer-Policy: same-origin\r\n"));
  }
}

TEST(Page, TheIndexThatTheBrowserHasIsNotModified) {
  http_request r = gzip();
  for (const std::string& tags : {tag(), "W/" + tag(), "\"other\", " + tag()}) {
    field_of(r, field::if_none_match) = tags;
    const response answer = compiled_in.index(r);
    EXPECT_EQ(answer.status, 304) << tags;
    const std::string out = rendered(answer);
    EXPECT_TRUE(out.ends_with("\r\n\r\n"));
    EXPECT_TRUE(holds(out, "\r\nETag: " + tag() + "\r\n"));
    EXPECT_TRUE(holds(out, "\r\nCache-Control: no-cache\r\n"));
    EXPECT_FALSE(holds(out, "no-store"));
    EXPECT_FALSE(holds(out, "Content-Encoding"));
  }
}

TEST(Page, ABrowserWithAnotherIndexGetsThisOne) {
  http_request r = plain();
  for (const std::string& tags : {std::string("\"0000000000000000\""), std::string(page_hash)}) {
    field_of(r, field::if_none_match) = tags;
    EXPECT_EQ(compiled_in.index(r).status, 200) << tags;
  }
}

TEST(Page, AFileMayBeKeptForEver) {
  const response r = compiled_in.file(plain(), hashed("main.js"));
  EXPECT_EQ(r.status, 200);
  const std::string out = rendered(r);
  EXPECT_TRUE(holds(out, "\r\nContent-Type: text/javascript; charset=utf-8\r\n"));
  EXPECT_TRUE(holds(out, "\r\nCache-Control: public, max-age=31536000, immutable\r\n"));
  EXPECT_TRUE(holds(out, "\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_FALSE(holds(out, "no-store"));
  EXPECT_TRUE(out.ends_with(named("main.js").identity));
}

TEST(Page, EveryFileIsServedInBothForms) {
  ASSERT_GT(page_assets.size(), 5u);
  for (const asset& a : page_assets) {
    const response identity = compiled_in.file(plain(), hashed(a.name));
    EXPECT_TRUE(identity.fixed == a.identity) << a.name;
    EXPECT_FALSE(holds(identity.fields, "Content-Encoding")) << a.name;
    EXPECT_TRUE(holds(identity.fields, "Vary: Accept-Encoding\r\n")) << a.name;
    EXPECT_NE(identity.type, "application/octet-stream") << a.name;
    const response gzipped = compiled_in.file(gzip(), hashed(a.name));
    EXPECT_TRUE(gzipped.fixed == a.gzip) << a.name;
    EXPECT_TRUE(gzipped.fixed.starts_with("\x1f\x8b")) << a.name;
    EXPECT_TRUE(holds(gzipped.fields, "Content-Encoding: gzip\r\n")) << a.name;
    EXPECT_TRUE(holds(gzipped.fields, "Vary: Accept-Encoding\r\n")) << a.name;
  }
}

TEST(Page, ABrowserThatDoesNotTakeGzipGetsNone) {
  for (const char* accepted : {"", "br", "identity"}) {
    const response r = compiled_in.file(gzip(accepted), hashed("main.js"));
    EXPECT_FALSE(holds(r.fields, "Content-Encoding")) << accepted;
    EXPECT_TRUE(r.fixed == named("main.js").identity) << accepted;
  }
}

TEST(Page, ABrowserThatRefusesGzipGetsNone) {
  for (const char* accepted : {"gzip;q=0", "br, gzip;q=0, identity", "gzip; q=0.0"}) {
    const response r = compiled_in.file(gzip(accepted), hashed("main.js"));
    EXPECT_FALSE(holds(r.fields, "Content-Encoding")) << accepted;
    EXPECT_TRUE(r.fixed == named("main.js").identity) << accepted;
  }
}

TEST(Page, AFileHasOneAddress) {
  for (const std::string& path :
       {std::string("main.js"), std::string("dev/main.js"), std::string("0000000000000000/main.js"),
        hashed("nothing.js"), hashed(""), hashed("MAIN.JS"), hashed("/main.js"),
        hashed("../main.js"), hashed("main.js/"), hashed("main.j"), hashed("zzzz"),
        hashed("%6dain.js"), std::string(page_hash), std::string("/"), std::string()}) {
    const response r = compiled_in.file(plain(), path);
    EXPECT_EQ(r.status, 404) << path;
    EXPECT_EQ(code_in(r), "not_found") << path;
    EXPECT_FALSE(r.storable) << path;
  }
}

TEST(PageDir, ServesWhatLiesThereNow) {
  temp_folder folder;
  const page p(folder.path);
  write(folder.path / "index.html", "<p>one</p>");
  EXPECT_EQ(p.index(plain()).body, "<p>one</p>");
  write(folder.path / "index.html", "<p>two</p>");
  const response r = p.index(gzip());
  EXPECT_EQ(r.body, "<p>two</p>");
  const std::string out = rendered(r);
  EXPECT_TRUE(holds(out, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
  EXPECT_TRUE(holds(out, "\r\nCache-Control: no-store\r\n"));
  EXPECT_TRUE(holds(out, "\r\nContent-Security-Policy: default-src 'none'"));
  EXPECT_FALSE(holds(out, "Content-Encoding"));
}

TEST(PageDir, FilesHaveTheTypeOfTheirNames) {
  temp_folder folder;
  const page p(folder.path);
  const std::pair<const char*, const char*> types[] = {
      {"a.js", "text/javascript; charset=utf-8"},
      {"a.css", "text/css; charset=utf-8"},
      {"a.html", "text/html; charset=utf-8"},
      {"a.svg", "image/svg+xml"},
      {"a.png", "image/png"},
      {"a.webmanifest", "application/manifest+json"},
      {"a.bin", "application/octet-stream"},
      {"js", "application/octet-stream"}};
  for (const auto& [name, type] : types) {
    write(folder.path / name, "x");
    const response r = p.file(plain(), "dev/" + std::string(name));
    EXPECT_EQ(r.status, 200) << name;
    EXPECT_EQ(r.type, type) << name;
    EXPECT_EQ(r.body, "x") << name;
  }
}

TEST(PageDir, BytesComeAsTheyAre) {
  temp_folder folder;
  const std::string bytes("\r\n\0\x1a\xff", 5);
  write(folder.path / "a.bin", bytes);
  write(folder.path / "empty.js", "");
  const page p(folder.path);
  EXPECT_EQ(p.file(plain(), "dev/a.bin").body, bytes);
  EXPECT_EQ(p.file(plain(), "dev/empty.js").status, 200);
  EXPECT_EQ(p.file(plain(), "dev/empty.js").body, "");
}

TEST(PageDir, NothingLeadsOutOfIt) {
  temp_folder folder;
  std::filesystem::create_directory(folder.path / "page");
  std::filesystem::create_directory(folder.path / "page" / "sub");
  write(folder.path / "secret.js", "secret");
  write(folder.path / "page" / "ok.js", "ok");
  write(folder.path / "page" / ".hidden.js", "secret");
  write(folder.path / "page" / "sub" / "deep.js", "secret");
  write(folder.path / "page" / "%2e%2e", "secret");
  const page p(folder.path / "page");
  ASSERT_EQ(p.file(plain(), "dev/ok.js").body, "ok");
  for (const std::string& path :
       {std::string("dev/../secret.js"), std::string("dev/..%2fsecret.js"),
        std::string("dev/%2e%2e/secret.js"), std::string("dev/%2e%2e"),
        std::string("dev/..\\secret.js"), std::string("../secret.js"), std::string("dev/.."),
        std::string("dev/."), std::string("dev/.hidden.js"), std::string("dev/sub/deep.js"),
        std::string("dev/sub/../../secret.js"), "dev/" + (folder.path / "secret.js").string(),
        std::string("dev//etc/passwd"), std::string("dev/"), std::string("ok.js"),
        std::string("dev/ok.js\0.png", 13), std::string()}) {
    const response r = p.file(plain(), path);
    EXPECT_EQ(r.status, 404) << path;
    EXPECT_FALSE(holds(r.body, "secret")) << path;
  }
}

TEST(PageDir, AFolderInItIsNoFile) {
  temp_folder folder;
  std::filesystem::create_directory(folder.path / "sub");
  EXPECT_EQ(page(folder.path).file(plain(), "dev/sub").status, 404);
}

TEST(PageDir, WithoutAnIndexThereIsNone) {
  temp_folder folder;
  EXPECT_EQ(page(folder.path).index(plain()).status, 404);
  EXPECT_EQ(page(folder.path / "absent").index(plain()).status, 404);
}

}  // namespace
}  // namespace lingerd::http_tests
