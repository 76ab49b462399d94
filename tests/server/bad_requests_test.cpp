#include <gtest/gtest.h>

#include <future>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

using std::chrono::seconds;

// A server with a bystander: a connection that must still be served after every bad request.
class server_with_bystander {
 public:
  server_with_bystander() : bystander_(w.port()) { expect_bystander_served(); }

  // Sends the bytes on a new connection.
  answer answer_to(std::string_view bytes) {
    answer a = ask_once(w.port(), bytes);
    expect_bystander_served();
    return a;
  }
  // The same; expects the server to close the connection afterwards.
  answer closing(std::string_view bytes) {
    connection c(w.port());
    answer a = c.ask(bytes);
    EXPECT_TRUE(c.is_closed_within(seconds(5))) << bytes.substr(0, 100);
    expect_bystander_served();
    return a;
  }
  answer message(std::string_view body) {
    return answer_to(request("POST", "/api/messages", w.token("li"), body,
                             "Content-Type: application/json\r\n"));
  }
  answer poll(std::string_view query) {
    return answer_to(request("GET", "/api/events?" + std::string(query), w.token("li")));
  }
  void expect_bystander_served() {
    const answer a = bystander_.get("/api/start", w.token("han"));
    EXPECT_TRUE(done(a, 200));
  }

  running_server w;

 private:
  connection bystander_;
};

TEST(BadRequests, MalformedHttpIsAnswered400AndClosed) {
  server_with_bystander w;
  const std::vector<std::string> all{
      "hello\r\n\r\n",
      "GET\r\n\r\n",
      "GET /healthz\r\n\r\n",
      "GET /healthz HTTP/1.1 x\r\nHost: a\r\n\r\n",
      "GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n",
      "GET /healthz HTTX/1.1\r\nHost: a\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
      std::string("GET /healthz HTTP/1.1\r\nHost: a\r\nX: ") + '\0' + "\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15),
  };
  for (const std::string& bytes : all) {
    EXPECT_TRUE(refused(w.closing(bytes), 400, "bad_request")) << bytes;
  }
}

TEST(BadRequests, AMissingHostIsBad) {
  server_with_bystander w;
  EXPECT_TRUE(refused(w.answer_to("GET /healthz HTTP/1.1\r\n\r\n"), 400, "bad_request"));
}

TEST(BadRequests, TwoHostsAreBad) {
  server_with_bystander w;
  EXPECT_TRUE(refused(w.closing("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400,
                      "bad_request"));
}

TEST(BadRequests, AWrongMethodIs405AndAllowNamesTheRightOnes) {
  server_with_bystander w;
  const answer a = w.answer_to(request("PUT", "/api/start", w.w.token("li")));
  EXPECT_TRUE(done(a, 405));
  EXPECT_NE(a.field("allow").find("GET"), std::string::npos) << a.field("allow");
  EXPECT_TRUE(done(w.answer_to(request("BREW", "/api/start", w.w.token("li"))), 405));
  EXPECT_TRUE(done(w.answer_to(request("DELETE", "/healthz")), 405));
}

TEST(BadRequests, AnUnknownAddressIsNotFound) {
  server_with_bystander w;
  for (const std::string_view path : {"/api", "/api/", "/api/start/", "/api/groups/x",
                                      "/api/groups/-1/members/2", "/nothing", "//healthz"}) {
    EXPECT_TRUE(refused(w.answer_to(request("GET", path, w.w.token("li"))), 404, "not_found"))
        << path;
  }
}

TEST(BadRequests, AHeaderBeyond8KiBIs431) {
  server_with_bystander w;
  EXPECT_TRUE(
      done(w.answer_to(request("GET", "/healthz", {}, {}, "X: " + std::string(7000, 'x') + "\r\n")),
           200));
  EXPECT_TRUE(
      done(w.answer_to(request("GET", "/healthz", {}, {}, "X: " + std::string(9000, 'x') + "\r\n")),
           431));
  EXPECT_TRUE(done(w.answer_to(request("GET", "/healthz?" + std::string(9000, 'x'))), 431));
}

TEST(BadRequests, ABodyBeyond64KiBIs413EvenIfSentCompletely) {
  server_with_bystander w;
  const std::string fields = "Content-Type: application/json\r\n";
  const std::string fits = R"({"type":"single","to":2,"msg":"hello","more":")";
  EXPECT_TRUE(done(w.message(fits + std::string(65536 - fits.size() - 2, 'x') + "\"}"), 201));
  for (const std::size_t bytes : {std::size_t{65537}, std::size_t{200'000}, std::size_t{1} << 20}) {
    const answer a = w.message(std::string(bytes, 'x'));
    EXPECT_TRUE(refused(a, 413, "too_large")) << bytes;
  }
}

TEST(BadRequests, AChunkedBodyBeyondTheBoundIs413) {
  server_with_bystander w;
  const std::string head = request("POST", "/api/messages", w.w.token("li"), {},
                                   "Content-Type: application/json\r\n"
                                   "Transfer-Encoding: chunked\r\n");
  std::string small =
      head + "10\r\n{\"type\":\"single\"\r\n1b\r\n,\"to\":\"2\",\"msg\":\"in parts\"}\r\n";
  EXPECT_TRUE(done(w.answer_to(small + "0\r\n\r\n"), 201));
  std::string bytes = head;
  for (int i = 0; i < 100; ++i) bytes += "400\r\n" + std::string(1024, 'x') + "\r\n";
  EXPECT_TRUE(refused(w.answer_to(bytes + "0\r\n\r\n"), 413, "too_large"));
  EXPECT_TRUE(refused(w.answer_to(head + "ffffffff\r\n"), 413, "too_large"));
}

TEST(BadRequests, ABrokenChunkIsBad) {
  server_with_bystander w;
  const std::string head = request("POST", "/api/messages", w.w.token("li"), {},
                                   "Content-Type: application/json\r\n"
                                   "Transfer-Encoding: chunked\r\n");
  for (const std::string_view chunk :
       {"xyz\r\n", "-1\r\n\r\n", "2\r\n{}!!\r\n", "fffffffffffffffff\r\n"}) {
    EXPECT_TRUE(refused(w.closing(head + std::string(chunk)), 400, "bad_request")) << chunk;
  }
}

TEST(BadRequests, TwoLengthsAreRefusedAndNothingIsSmuggled) {
  server_with_bystander w;
  const std::string inner = request("GET", "/healthz");
  const std::string head =
      "POST /api/messages HTTP/1.1\r\nHost: a\r\nContent-Type: "
      "application/json\r\nAuthorization: Bearer " +
      w.w.token("li") + "\r\n";
  const std::vector<std::string> all{
      "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}" + inner,
      "Content-Length: 2, 5\r\n\r\n{}" + inner,
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + inner,
      "Content-Length: -1\r\n\r\n" + inner,
      "Content-Length: +2\r\n\r\n{}" + inner,
      "Content-Length: 0x2\r\n\r\n{}" + inner,
      "Content-Length: 99999999999999999999999\r\n\r\n{}" + inner,
  };
  for (const std::string& rest : all) {
    connection c(w.w.port());
    EXPECT_TRUE(refused(c.ask(head + rest), 400, "bad_request")) << rest;
    EXPECT_THROW(c.read(false, seconds(5)), std::runtime_error) << "the inner one was answered";
    w.expect_bystander_served();
  }
}

// All stalled requests wait at the same time, so that the test takes ten seconds once.
TEST(BadRequests, AStalledRequestIs408AfterTenSeconds) {
  server_with_bystander w;
  const std::string complete = request("POST", "/api/messages", w.w.token("li"), R"({"type":)",
                                       "Content-Type: application/json\r\n");
  const auto begin = std::chrono::steady_clock::now();
  connection in_body(w.w.port());
  connection in_header(w.w.port());
  connection drip(w.w.port());
  in_body.send(complete.substr(0, complete.size() - 1));
  in_header.send("GET /healthz HTTP/1.1\r\nHost:");
  drip.send("GET /healthz HTTP/1.1\r\n");
  for (int i = 0; i < 9; ++i) {
    drip.send("X");
    nap(seconds(1));
    w.expect_bystander_served();
  }
  EXPECT_TRUE(done(in_body.read(), 408));
  EXPECT_TRUE(done(in_header.read(), 408));
  EXPECT_TRUE(done(drip.read(), 408)) << "ten seconds are for the whole request";
  const auto duration = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(duration, seconds(9));
  EXPECT_LT(duration, seconds(16));
  EXPECT_TRUE(in_body.is_closed_within(seconds(5)));
  w.expect_bystander_served();
}

TEST(BadRequests, TextMustBeUtf8) {
  server_with_bystander w;
  for (const std::string_view bytes :
       {"\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\xe4\xbd", "\xf5\x80\x80\x80", "\\ud800"}) {
    const std::string body = R"({"type":"single","to":2,"msg":"a)" + std::string(bytes) + "\"}";
    EXPECT_TRUE(refused(w.message(body), 400, "bad_request")) << body;
  }
  EXPECT_TRUE(done(w.message(R"({"type":"single","to":2,"msg":"a\ud83d\ude00"})"), 201));
}

TEST(BadRequests, DeepJsonIsBad) {
  server_with_bystander w;
  for (const std::size_t deep : {std::size_t{100}, std::size_t{20'000}}) {
    const std::string body = R"({"type":"single","to":2,"msg":"a","x":)" + std::string(deep, '[') +
                             std::string(deep, ']') + "}";
    EXPECT_TRUE(refused(w.message(body), 400, "bad_request")) << deep;
  }
}

TEST(BadRequests, WrongTypesAreBad) {
  server_with_bystander w;
  for (const std::string_view body : {"",
                                      "{",
                                      "{}",
                                      "[]",
                                      "null",
                                      "\"text\"",
                                      "{}{}",
                                      "{'type':'single'}",
                                      R"({"type":"single","to":2})",
                                      R"({"type":"single","msg":"a"})",
                                      R"({"to":2,"msg":"a"})",
                                      R"({"type":"single","to":2,"msg":5})",
                                      R"({"type":"single","to":2,"msg":null})",
                                      R"({"type":"single","to":2,"msg":["a"]})",
                                      R"({"type":"single","to":-2,"msg":"a"})",
                                      R"({"type":"single","to":2.5,"msg":"a"})",
                                      R"({"type":"single","to":true,"msg":"a"})",
                                      R"({"type":"single","to":[2],"msg":"a"})",
                                      R"({"type":"single","to":null,"msg":"a"})",
                                      R"({"type":"many","to":2,"msg":"a"})",
                                      R"({"type":1,"to":2,"msg":"a"})",
                                      R"({"type":"single","to":2,"msg":"a","cid":7})",
                                      R"({"type":"single","to":2,"msg":"a","from":"li"})"}) {
    EXPECT_TRUE(refused(w.message(body), 400, "bad_request")) << body;
  }
}

}  // namespace
}  // namespace lingerd::server_tests
