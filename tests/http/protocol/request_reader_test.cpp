#include "http/protocol/request_reader.hpp"

#include <gtest/gtest.h>

#include "tests/http/protocol/request_reader_fixture.hpp"

namespace lingerd::http_tests {
namespace {

TEST(RequestReader, EveryFieldThatIsLookedAtIsKept) {
  const auto all = read_in_every_way(fields_of_all_kinds);
  ASSERT_EQ(all.size(), 2u);
  const outcome& r = all[0];
  ASSERT_EQ(r.status, status::request);
  const auto value_of_field = [&](field f) { return r.fields[static_cast<std::size_t>(f)]; };
  EXPECT_EQ(r.verb, method::patch);
  EXPECT_EQ(r.target, "/api/me?x=1");
  EXPECT_EQ(value_of_field(field::host), "chat.local:8080");
  EXPECT_EQ(value_of_field(field::authorization), "Bearer abc");
  EXPECT_EQ(value_of_field(field::cookie), "a=1; linger=t");
  EXPECT_EQ(value_of_field(field::content_type), "application/json");
  EXPECT_EQ(value_of_field(field::origin), "http://chat.local:8080");
  EXPECT_EQ(value_of_field(field::referer), "http://chat.local:8080/x");
  EXPECT_EQ(value_of_field(field::sec_fetch_site), "same-origin");
  EXPECT_EQ(value_of_field(field::x_requested_with), "XMLHttpRequest");
  EXPECT_EQ(value_of_field(field::x_csrf_token), "tok");
  EXPECT_EQ(value_of_field(field::if_none_match), "\"5f\"");
  EXPECT_EQ(value_of_field(field::accept_encoding), "gzip, br");
  EXPECT_EQ(r.body, R"({"a":"b c"})");
  EXPECT_TRUE(r.keep_alive);
  EXPECT_TRUE(r.is_http_1_1);
  EXPECT_TRUE(r.has_host);
  EXPECT_EQ(all[1].status, status::blocked);
}

TEST(RequestReader, MethodsAreToldApart) {
  const std::pair<const char*, method> methods[] = {
      {"GET", method::get},       {"HEAD", method::head},  {"POST", method::post},
      {"PATCH", method::patch},   {"DELETE", method::del}, {"PUT", method::other},
      {"OPTIONS", method::other}, {"BREW", method::other}, {"get", method::other}};
  for (const auto& [name, m] : methods) {
    const auto all = read_in_every_way(std::string(name) + " / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(all[0].status, status::request) << name;
    EXPECT_EQ(all[0].verb, m) << name;
  }
}

TEST(RequestReader, TheVersionAndTheConnectionFieldSayWhetherItStays) {
  const auto stays = [](const std::string& text) {
    const auto all = read_in_every_way(text);
    EXPECT_EQ(all[0].status, status::request);
    return all[0].keep_alive;
  };
  EXPECT_TRUE(stays("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_FALSE(stays("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(stays("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(stays("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestReader, CloseGoesBeforeKeepAlive) {
  for (const char* both :
       {"Connection: keep-alive, close\r\n", "Connection: close\r\nConnection: keep-alive\r\n"}) {
    for (const char* version : {"1.0", "1.1"}) {
      const auto all = read_in_every_way(std::string("GET / HTTP/") + version + "\r\nHost: h\r\n" +
                                         both + "\r\n");
      ASSERT_EQ(all[0].status, status::request);
      EXPECT_FALSE(all[0].keep_alive) << version << both;
    }
  }
}

TEST(RequestReader, ATargetInAbsoluteFormIsItsPath) {
  const std::pair<const char*, const char*> targets[] = {{"http://proxied:81/a/b?c=1", "/a/b?c=1"},
                                                         {"HTTPS://proxied:81/", "/"},
                                                         {"http://proxied:81", "/"},
                                                         {"http://proxied:81?c", "/?c"},
                                                         {"http://proxied:81//x", "//x"}};
  for (const auto& [target, path] : targets) {
    const auto all =
        read_in_every_way(std::string("GET ") + target + " HTTP/1.1\r\nHost: other\r\n\r\n");
    ASSERT_EQ(all[0].status, status::request) << target;
    EXPECT_EQ(all[0].target, path);
    EXPECT_TRUE(all[0].has_host);
    EXPECT_EQ(all[0].fields[static_cast<std::size_t>(field::host)], "proxied:81")
        << "the target's host goes before the field";
  }
  for (const char* bad : {"http://", "http:///x", "http://:80/", "http://user@h/", "http://a:b/"}) {
    EXPECT_EQ(refused(std::string("GET ") + bad + " HTTP/1.1\r\nHost: h\r\n\r\n"),
              error::bad_request)
        << bad;
  }
  EXPECT_EQ(refused("GET http://h/ HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n"), error::bad_request);
  EXPECT_EQ(refused("GET http://h/ HTTP/1.1\r\nHost: a b\r\n\r\n"), error::bad_request);
}

TEST(RequestReader, AListOnSeveralLinesIsJoined) {
  const std::pair<const char*, field> lists[] = {{"Accept", field::accept},
                                                 {"Connection", field::connection},
                                                 {"Upgrade", field::upgrade},
                                                 {"Accept-Encoding", field::accept_encoding},
                                                 {"If-None-Match", field::if_none_match},
                                                 {"Expect", field::expect}};
  for (const auto& [name, f] : lists) {
    const std::string line = std::string(name) + ": ";
    const auto all =
        read_in_every_way("GET / HTTP/1.1\r\nHost: h\r\n" + line + "a\r\n" + line + "b\r\n\r\n");
    ASSERT_EQ(all[0].status, status::request) << name;
    EXPECT_EQ(all[0].fields[static_cast<std::size_t>(f)], "a, b") << name;
  }
}

TEST(RequestReader, AFewEmptyLinesBeforeARequestAreSkipped) {
  const std::string get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  for (int lines = 1; lines <= 5; ++lines) {
    std::string text;
    for (int i = 0; i < lines; ++i) text += "\r\n";
    const auto all = read_in_every_way(text + get);
    if (lines > 4) {
      EXPECT_EQ(all[0].status, status::refused);
      continue;
    }
    ASSERT_EQ(all[0].status, status::request) << lines;
    EXPECT_EQ(all[0].target, "/a");
  }
  const auto after_a_body = read_in_every_way(post_of(3) + "\r\n" + get);
  ASSERT_EQ(after_a_body.size(), 3u);
  EXPECT_EQ(after_a_body[1].target, "/a");
  EXPECT_EQ(refused("\n" + get), error::bad_request) << "a bare line feed is no line";
  EXPECT_EQ(refused("\r" + get), error::bad_request);
  EXPECT_EQ(refused(" \r\n" + get), error::bad_request);
}

TEST(RequestReader, AnEmptyLineAloneBeginsNoRequest) {
  reader_fixture d;
  d.wire.feed(post_of(1) + "\r\n");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.next(), status::blocked);
  EXPECT_FALSE(d.reader.is_in_progress());
  d.wire.feed("\r");
  d.wire.feed("\n");
  EXPECT_EQ(d.next(), status::blocked);
  EXPECT_FALSE(d.reader.is_in_progress());
  EXPECT_EQ(d.reader.held_bytes(), 0u);
}

TEST(RequestReader, OnlyAnHttp11ClientIsToldToContinue) {
  for (const bool is_new : {true, false}) {
    reader_fixture d;
    d.wire.feed(std::string("POST / HTTP/1.") + (is_new ? "1" : "0") +
                "\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n");
    ASSERT_EQ(d.next(), status::blocked);
    EXPECT_EQ(d.reader.take_wants_continue(), is_new);
  }
}

TEST(RequestReader, AMissingHostIsTold) {
  const auto all = read_in_every_way("GET / HTTP/1.1\r\n\r\n");
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_FALSE(all[0].has_host);
  const auto empty = read_in_every_way("GET / HTTP/1.1\r\nHost:\r\n\r\n");
  ASSERT_EQ(empty[0].status, status::request);
  EXPECT_TRUE(empty[0].has_host);
}

TEST(RequestReader, RequestsInOnePieceComeOneAfterTheOther) {
  std::string three;
  for (const char* n : {"1", "2", "3"}) {
    three += std::string("POST /") + n + " HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n" + n;
  }
  const auto all = read_in_every_way(three);
  ASSERT_EQ(all.size(), 4u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(all[i].target, "/" + std::to_string(i + 1));
    EXPECT_EQ(all[i].body, std::to_string(i + 1));
  }
}

TEST(RequestReader, NothingOfARequestIsLeftForTheNext) {
  reader_fixture d;
  d.wire.feed(fields_of_all_kinds + "GET / HTTP/1.0\r\n\r\n");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_TRUE(d.reader.has_more());
  ASSERT_EQ(d.next(), status::request);
  for (const std::string& f : d.request().fields) EXPECT_EQ(f, "");
  EXPECT_EQ(d.request().body, "");
  EXPECT_EQ(d.request().target, "/");
  EXPECT_FALSE(d.request().has_host);
  EXPECT_FALSE(d.request().is_http_1_1);
  EXPECT_FALSE(d.reader.has_more());
}

TEST(RequestReader, TheSecondOfTwoMayBeHalfThere) {
  reader_fixture d;
  d.wire.feed("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTT");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_FALSE(d.reader.is_in_progress());
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_TRUE(d.reader.is_in_progress());
  d.wire.feed("P/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().target, "/2");
  EXPECT_FALSE(d.reader.is_in_progress());
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().target, "/3");
  EXPECT_EQ(d.next(), status::blocked);
}

TEST(RequestReader, WhatWasHalfThereIsDroppedWhenTheOtherSideEnds) {
  reader_fixture d;
  d.wire.feed("GET / HTTP/1.1\r\nHost: h\r\n");
  d.wire.end();
  EXPECT_EQ(d.next(), status::ended);
  reader_fixture complete;
  complete.wire.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  complete.wire.end();
  EXPECT_EQ(complete.next(), status::request);
  EXPECT_EQ(complete.next(), status::ended);
}

TEST(RequestReader, ChunksAreOneBody) {
  const auto all = read_in_every_way(
      chunked("5\r\nhello\r\n1;name=\"value\"\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n"
              "GET /after HTTP/1.1\r\nHost: h\r\n\r\n"));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].body, "hello 0123456789");
  EXPECT_EQ(all[1].target, "/after");
}

TEST(RequestReader, AChunkedBodyMayBeEmpty) {
  const auto all = read_in_every_way(chunked("0\r\n\r\n"));
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_EQ(all[0].body, "");
}

TEST(RequestReader, ATrailerSignsNothing) {
  const auto all = read_in_every_way(
      chunked("2\r\n{}\r\n0\r\nAuthorization: Bearer abc\r\nCookie: linger=abc\r\n"
              "Origin: http://h\r\nX-Requested-With: x\r\n\r\n"));
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_EQ(all[0].body, "{}");
  for (const field f :
       {field::authorization, field::cookie, field::origin, field::x_requested_with}) {
    EXPECT_EQ(all[0].fields[static_cast<std::size_t>(f)], "");
  }
}

TEST(RequestReader, ATrailerDoesNotReplaceWhatTheHeaderSaid) {
  const auto all = read_in_every_way(
      "POST / HTTP/1.1\r\nHost: h\r\nOrigin: http://evil\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nOrigin: http://h\r\nHost: other\r\n\r\n");
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_EQ(all[0].fields[static_cast<std::size_t>(field::origin)], "http://evil");
  EXPECT_EQ(all[0].fields[static_cast<std::size_t>(field::host)], "h");
}

TEST(RequestReader, CookiesInSeveralFieldsAreOneList) {
  const auto all =
      read_in_every_way("GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n");
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_EQ(all[0].fields[static_cast<std::size_t>(field::cookie)], "a=1; b=2");
}

TEST(RequestReader, AWaitForContinueIsReportedOnce) {
  reader_fixture d;
  EXPECT_FALSE(d.reader.take_wants_continue());
  d.wire.feed("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n");
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_FALSE(d.reader.take_wants_continue()) << "the header is incomplete";
  d.wire.feed("Content-Length: 2\r\n\r\n");
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_TRUE(d.reader.take_wants_continue());
  EXPECT_FALSE(d.reader.take_wants_continue());
  d.wire.feed("{}");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().body, "{}");
  EXPECT_FALSE(d.reader.take_wants_continue());
}

TEST(RequestReader, WithoutExpectNoWaitForContinueIsReported) {
  reader_fixture d;
  d.wire.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n");
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_FALSE(d.reader.take_wants_continue());
}

}  // namespace
}  // namespace lingerd::http_tests
