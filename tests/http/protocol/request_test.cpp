#include "http/protocol/request.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "tests/http/protocol/scripted_stream.hpp"

namespace lingerd::http_tests {
namespace {

using text = std::optional<std::string>;

TEST(Request, APathEndsBeforeTheFirstQuestionMark) {
  EXPECT_EQ(request_of(method::get, "/api/events?after=3").path(), "/api/events");
  EXPECT_EQ(request_of(method::get, "/api/events?after=3").query(), "after=3");
  EXPECT_EQ(request_of(method::get, "/a?b?c").path(), "/a");
  EXPECT_EQ(request_of(method::get, "/a?b?c").query(), "b?c");
}

TEST(Request, AQueryMayBeAbsentOrEmpty) {
  EXPECT_EQ(request_of(method::get, "/a").path(), "/a");
  EXPECT_EQ(request_of(method::get, "/a").query(), "");
  EXPECT_EQ(request_of(method::get, "/a?").path(), "/a");
  EXPECT_EQ(request_of(method::get, "/a?").query(), "");
  EXPECT_EQ(request_of(method::get, "").path(), "");
}

TEST(Request, ClearedItSaysNothing) {
  http_request r = request_of(method::post, "/a");
  field_of(r, field::cookie) = "linger=x";
  r.body = "b";
  r.clear();
  EXPECT_EQ(r.method, method::other);
  EXPECT_EQ(r.target, "");
  EXPECT_EQ(r.body, "");
  for (const std::string& f : r.fields) EXPECT_EQ(f, "");
  EXPECT_FALSE(r.keep_alive || r.is_http_1_1 || r.has_host);
}

TEST(QueryValues, AreFoundByTheirWholeName) {
  EXPECT_EQ(value_of("after=3&epoch=5f&wait=100", "after"), text("3"));
  EXPECT_EQ(value_of("after=3&epoch=5f&wait=100", "epoch"), text("5f"));
  EXPECT_EQ(value_of("after=3&epoch=5f&wait=100", "wait"), text("100"));
  EXPECT_EQ(value_of("wait_max=1&xwait=2&wait=3", "wait"), text("3"));
  EXPECT_EQ(value_of("after=3", "aft"), std::nullopt);
  EXPECT_EQ(value_of("after=3", "after3"), std::nullopt);
  EXPECT_EQ(value_of("After=3", "after"), std::nullopt);
  EXPECT_EQ(value_of("", "after"), std::nullopt);
}

TEST(QueryValues, MayBeEmpty) {
  EXPECT_EQ(value_of("after=", "after"), text(""));
  EXPECT_EQ(value_of("after", "after"), text(""));
  EXPECT_EQ(value_of("after&wait=1", "after"), text(""));
  EXPECT_EQ(value_of("&&after=3&", "after"), text("3"));
}

TEST(QueryValues, OfSeveralTheFirstCounts) { EXPECT_EQ(value_of("a=1&a=2", "a"), text("1")); }

TEST(QueryValues, KeepWhatComesBehindTheFirstEqualsSign) {
  EXPECT_EQ(value_of("a=b=c", "a"), text("b=c"));
}

TEST(QueryValues, AreDecoded) {
  EXPECT_EQ(value_of("data=%7B%22msg%22%3a%22hi+you%22%7d", "data"), text(R"({"msg":"hi you"})"));
  EXPECT_EQ(value_of("a=%E9%9F%A9", "a"), text("韩"));
  EXPECT_EQ(value_of("a=%2B%26%3D%25", "a"), text("+&=%"));
  EXPECT_EQ(value_of("a=%00x", "a"), text(std::string("\0x", 2)));
}

TEST(QueryValues, AreEmptyWhereTheyAreMalformed) {
  for (const char* bad :
       {"a=%", "a=1%", "a=%4", "a=1%4", "a=%zz", "a=%4g", "a=%g4", "a=%%41", "a=% 4", "a=ok%-1"}) {
    EXPECT_EQ(value_of(bad, "a"), text("")) << bad;
  }
  EXPECT_EQ(value_of("a=%4&b=1", "a"), text("")) << "nothing is taken from the next";
  EXPECT_EQ(value_of("a=%41", "a"), text("A")) << "the last two may be digits";
}

TEST(Cookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(cookie_of("linger=abc", "linger"), "abc");
  EXPECT_EQ(cookie_of("a=1; linger=abc; b=2", "linger"), "abc");
  EXPECT_EQ(cookie_of("xlinger=1; linger2=2; linger=abc", "linger"), "abc");
  EXPECT_EQ(cookie_of("a=linger=no", "linger"), "");
  EXPECT_EQ(cookie_of("Linger=abc", "linger"), "");
  EXPECT_EQ(cookie_of("linger", "linger"), "");
  EXPECT_EQ(cookie_of("", "linger"), "");
}

TEST(Cookies, MayStandCloseTogetherOrFarApart) {
  EXPECT_EQ(cookie_of("a=1;linger=abc;b=2", "linger"), "abc");
  EXPECT_EQ(cookie_of("a=1;   linger=abc  ; b=2", "linger"), "abc");
  EXPECT_EQ(cookie_of(";;linger=abc;;", "linger"), "abc");
}

TEST(Cookies, OfSeveralTheFirstCounts) {
  EXPECT_EQ(cookie_of("linger=one; linger=two", "linger"), "one");
}

TEST(ListedWords, AreWholeItems) {
  EXPECT_TRUE(lists_word("websocket", "websocket"));
  EXPECT_TRUE(lists_word("h2c , WebSocket\t,x", "websocket"));
  EXPECT_TRUE(lists_word("text/html, text/event-stream;q=0.5", "text/event-stream"));
  EXPECT_TRUE(lists_word(",, upgrade", "upgrade"));
  for (const char* other : {"", "xwebsocket", "websocketx", "web socket", "websocket/13",
                            "x=websocket", "websocket;q=0", "websocket; Q=0.000"}) {
    EXPECT_FALSE(lists_word(other, "websocket")) << other;
  }
}

TEST(Digits, AreDigitsAlone) {
  EXPECT_EQ(digits("0"), std::uint64_t{0});
  EXPECT_EQ(digits("1042"), std::uint64_t{1042});
  EXPECT_EQ(digits("007"), std::uint64_t{7});
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "12a", "１"}) {
    EXPECT_EQ(digits(bad), std::nullopt) << bad;
  }
}

TEST(Digits, ThatDoNotFitAreTheLargest) {
  constexpr auto max = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(digits("18446744073709551614"), max - 1);
  EXPECT_EQ(digits("18446744073709551615"), max);
  EXPECT_EQ(digits("18446744073709551616"), max);
  EXPECT_EQ(digits("18446744073709551620"), max);
  EXPECT_EQ(digits("99999999999999999999999"), max);
  EXPECT_EQ(digits("99999999999999999999999x"), std::nullopt);
  EXPECT_EQ(digits("00000000000000000000000000001"), std::uint64_t{1});
}

}  // namespace
}  // namespace lingerd::http_tests
