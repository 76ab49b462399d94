#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/base/json_writer.hpp"

namespace lingerd {
namespace {

using namespace std::literals;

std::string in_quotes(std::string_view s) {
  std::string out;
  json_out::quote(out, s);
  return out;
}
std::string time_of(wall_ms t) {
  std::string out;
  json_out::timestamp(out, t);
  return out;
}
template <class N>
std::string number_of(N n) {
  std::string out;
  json_out::number(out, n);
  return out;
}

TEST(JsonOut, PlainTextIsQuotedAsItIs) {
  EXPECT_EQ(in_quotes(""), R"("")");
  EXPECT_EQ(in_quotes("hello"), R"("hello")");
  EXPECT_EQ(in_quotes("李雷 é 😀 / '<&>"), R"("李雷 é 😀 / '<&>")");
}

TEST(JsonOut, WhatJsonDoesNotAllowIsEscaped) {
  EXPECT_EQ(in_quotes(R"(say "hi")"), R"("say \"hi\"")");
  EXPECT_EQ(in_quotes(R"(a\b)"), R"("a\\b")");
  EXPECT_EQ(in_quotes("a\nb\rc\td"), R"("a\nb\rc\td")");
  EXPECT_EQ(in_quotes("\x01\x1f"), R"("\u0001\u001f")");
  EXPECT_EQ(in_quotes("a\0b"sv), R"("a\u0000b")");
}

TEST(JsonOut, EscapesStandNextToEachOtherAndAtTheEnds) {
  EXPECT_EQ(in_quotes("\"\"\\"), R"("\"\"\\")");
  EXPECT_EQ(in_quotes("\nx\n"), R"("\nx\n")");
}

TEST(JsonOut, EscapesAreFoundAtEveryPlace) {
  for (const auto& [c, escaped] : {std::pair('"', "\\\""),
                                   {'\\', "\\\\"},
                                   {'\x1f', "\\u001f"},
                                   {'\n', "\\n"},
                                   {'\x7f', "\\u007f"}}) {
    for (std::size_t size = 1; size < 20; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        // Bytes of both halves around it: none of them may be taken for one that needs an escape.
        for (const char plain : {' ', '!', '#', '[', ']', '~', '\xe9', '\x80', '\xff'}) {
          std::string s(size, plain);
          s[at] = c;
          const std::string rest(size - at - 1, plain);
          ASSERT_EQ(in_quotes(s), '"' + std::string(at, plain) + escaped + rest + '"');
        }
      }
    }
  }
}

TEST(JsonOut, ItIsAppended) {
  std::string out = R"({"msg":)";
  json_out::quote(out, "x");
  out += ',';
  json_out::number(out, 5);
  EXPECT_EQ(out, R"({"msg":"x",5)");
}

TEST(JsonOut, EveryByteBelow128ComesBackThroughAParser) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "中😀";
  const boost::json::value back = boost::json::parse(in_quotes(all));
  ASSERT_TRUE(back.is_string());
  EXPECT_EQ(std::string_view(back.get_string()), all);
}

TEST(JsonOut, ATimestampIsInUtcWithMilliseconds) {
  EXPECT_EQ(time_of(1'700'000'000'000), R"("2023-11-14T22:13:20.000Z")");
  EXPECT_EQ(time_of(1'700'000'000'007), R"("2023-11-14T22:13:20.007Z")");
  EXPECT_EQ(time_of(0), R"("1970-01-01T00:00:00.000Z")");
  EXPECT_EQ(time_of(1'795'384'115'123), R"("2026-11-22T21:48:35.123Z")");
}

TEST(JsonOut, TheCalendarIsRight) {
  EXPECT_EQ(time_of(951'782'400'000), R"("2000-02-29T00:00:00.000Z")");
  EXPECT_EQ(time_of(1'709'251'199'999), R"("2024-02-29T23:59:59.999Z")");
  EXPECT_EQ(time_of(1'709'251'200'000), R"("2024-03-01T00:00:00.000Z")");
  EXPECT_EQ(time_of(4'107'542'400'000), R"("2100-03-01T00:00:00.000Z")") << "2100 is no leap year";
}

TEST(JsonOut, ATimeBefore1970IsATime) { EXPECT_EQ(time_of(-1), R"("1969-12-31T23:59:59.999Z")"); }

TEST(JsonOut, NumbersAreWrittenInFull) {
  EXPECT_EQ(number_of(0), "0");
  EXPECT_EQ(number_of(-5), "-5");
  EXPECT_EQ(number_of((std::uint64_t{1} << 53) - 1), "9007199254740991");
  EXPECT_EQ(number_of(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(number_of(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(JsonOut, TruthIsAWord) {
  std::string out;
  json_out::boolean(out, true);
  json_out::boolean(out, false);
  EXPECT_EQ(out, "truefalse");
}

}  // namespace
}  // namespace lingerd
