#include "http/protocol/json_reader.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/http/protocol/scripted_stream.hpp"

namespace lingerd::http_tests {
namespace {

boost::json::object parsed(std::string_view text) {
  auto o = json_reader::object(text, limits());
  EXPECT_TRUE(o.has_value()) << text;
  return o ? std::move(*o) : boost::json::object();
}

// The refusal's code and whether it names the field.
template <class T>
void expect_refused(const result<T>& r, std::string_view field) {
  ASSERT_FALSE(r.has_value()) << field;
  EXPECT_EQ(r.error().code, error::bad_request);
  EXPECT_TRUE(holds(r.error().message, "\"" + std::string(field) + "\"")) << r.error().message;
}

std::string nested(std::size_t depth) {
  std::string s = R"({"a":)";
  s += std::string(depth - 1, '[') + "1" + std::string(depth - 1, ']');
  return s + "}";
}

TEST(JsonIn, ABodyIsOneObject) {
  EXPECT_EQ(parsed(R"( {"a":1,"b":"x"} )").size(), 2u);
  EXPECT_TRUE(parsed("{}").empty());
  for (const char* bad : {"", " ", "[]", "1", "\"a\"", "null", "{", "{\"a\"}", "{} {}", "{}x",
                          "{'a':1}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":NaN}", "// x\n{}"}) {
    const auto o = json_reader::object(bad, limits());
    ASSERT_FALSE(o.has_value()) << bad;
    EXPECT_EQ(o.error().code, error::bad_request) << bad;
  }
}

TEST(JsonIn, NestingHasABound) {
  const limits bounds;
  EXPECT_TRUE(json_reader::object(nested(bounds.json_depth), bounds).has_value());
  EXPECT_FALSE(json_reader::object(nested(bounds.json_depth + 1), bounds).has_value());
  EXPECT_FALSE(json_reader::object(R"({"a":)" + std::string(60'000, '['), bounds).has_value());
}

TEST(JsonIn, TextThatIsNoUtf8IsRefused) {
  for (const std::string bad :
       {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe9\x9f"}) {
    EXPECT_FALSE(json_reader::object("{\"msg\":\"" + bad + "\"}", limits()).has_value());
  }
  EXPECT_FALSE(json_reader::object(R"({"msg":"\ud800"})", limits()).has_value());
  EXPECT_EQ(*json_reader::text(parsed(R"({"msg":"\ud83d\ude00 韩"})"), "msg"), "😀 韩");
}

TEST(JsonIn, AStringIsAString) {
  const auto o = parsed(R"({"s":"x","empty":"","n":1,"b":true,"l":[],"z":null})");
  EXPECT_EQ(*json_reader::text(o, "s"), "x");
  EXPECT_EQ(*json_reader::text(o, "empty"), "");
  for (const char* name : {"n", "b", "l", "z", "absent"}) {
    expect_refused(json_reader::text(o, name), name);
  }
}

TEST(JsonIn, AnOptionalStringMayBeAbsentOrNullAlone) {
  const auto o = parsed(R"({"s":"x","n":1,"z":null})");
  EXPECT_EQ(*json_reader::optional_text(o, "s"), std::optional<std::string>("x"));
  EXPECT_EQ(*json_reader::optional_text(o, "z"), std::nullopt);
  EXPECT_EQ(*json_reader::optional_text(o, "absent"), std::nullopt);
  expect_refused(json_reader::optional_text(o, "n"), "n");
}

TEST(JsonIn, AStringMayHoldAZero) {
  EXPECT_EQ(*json_reader::text(parsed(R"({"s":"a\u0000b"})"), "s"), std::string("a\0b", 3));
}

TEST(JsonIn, NumbersAreWholeAndFromZero) {
  const auto o =
      parsed(R"({"a":0,"b":3,"c":"3","d":18446744073709551615,"e":"99999999999999999999"})");
  EXPECT_EQ(*json_reader::number(o, "a"), 0u);
  EXPECT_EQ(*json_reader::number(o, "b"), 3u);
  EXPECT_EQ(*json_reader::number(o, "c"), 3u) << "a string of digits counts as one";
  EXPECT_EQ(*json_reader::number(o, "d"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(*json_reader::number(o, "e"), std::numeric_limits<std::uint64_t>::max());
  const auto bad = parsed(
      R"({"a":-1,"b":1.5,"c":"-1","d":"","e":" 3","f":"3x","g":true,"h":[3],"i":1e30,"z":null})");
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "z", "absent"}) {
    expect_refused(json_reader::number(bad, name), name);
  }
}

TEST(JsonIn, AnOptionalNumberMayBeAbsentOrNullAlone) {
  const auto o = parsed(R"({"n":"7","z":null,"bad":{}})");
  EXPECT_EQ(*json_reader::optional_number(o, "n"), std::optional<std::uint64_t>(7));
  EXPECT_EQ(*json_reader::optional_number(o, "z"), std::nullopt);
  EXPECT_EQ(*json_reader::optional_number(o, "absent"), std::nullopt);
  expect_refused(json_reader::optional_number(o, "bad"), "bad");
}

TEST(JsonIn, UsersAreAListOfNumbers) {
  const auto o = parsed(R"({"m":[3,"4",0],"none":[],"z":null,"big":[4294967296,4294967295],
                            "no":3,"neg":[3,-1],"text":["li"]})");
  EXPECT_EQ(*json_reader::users(o, "m"), (std::vector<user_id>{3, 4, 0}));
  EXPECT_TRUE(json_reader::users(o, "none")->empty());
  EXPECT_TRUE(json_reader::users(o, "z")->empty());
  EXPECT_TRUE(json_reader::users(o, "absent")->empty());
  EXPECT_EQ(*json_reader::users(o, "big"), (std::vector<user_id>{0, 4294967295u}))
      << "an id too large for any user is 0, not another user";
  for (const char* name : {"no", "neg", "text"}) expect_refused(json_reader::users(o, name), name);
}

TEST(JsonIn, AConversationIsWithAnotherUserOrInAGroup) {
  EXPECT_EQ(*json_reader::conversation_of("single", 3, 1), conversation::single(1, 3));
  EXPECT_EQ(*json_reader::conversation_of("group", 3, 1), conversation::group(3));
  EXPECT_EQ(*json_reader::conversation_of(parsed(R"({"type":"single","to":"3"})"), "to", 1),
            conversation::single(1, 3));
}

TEST(JsonIn, NoConversationIsWithOneself) {
  const auto c = json_reader::conversation_of("single", 1, 1);
  ASSERT_FALSE(c.has_value());
  EXPECT_EQ(c.error().code, error::bad_request);
  EXPECT_TRUE(json_reader::conversation_of("group", 1, 1).has_value())
      << "the group with the user's number";
}

TEST(JsonIn, NobodyHasTheNumberZeroOrOneThatIsTooLarge) {
  for (const std::uint64_t n :
       {std::uint64_t{0}, std::uint64_t{1} << 32, (std::uint64_t{1} << 32) + 3,
        std::numeric_limits<std::uint64_t>::max()}) {
    for (const char* type : {"single", "group"}) {
      const auto c = json_reader::conversation_of(type, n, 1);
      ASSERT_FALSE(c.has_value()) << n;
      EXPECT_EQ(c.error().code, error::not_found) << n;
    }
  }
}

TEST(JsonIn, AConversationOfAnotherTypeIsRefused) {
  for (const char* type : {"", "Single", "room", "single "}) {
    const auto c = json_reader::conversation_of(type, 3, 1);
    ASSERT_FALSE(c.has_value()) << type;
    EXPECT_EQ(c.error().code, error::bad_request);
  }
  expect_refused(json_reader::conversation_of(parsed(R"({"to":3})"), "to", 1), "type");
  expect_refused(json_reader::conversation_of(parsed(R"({"type":"single"})"), "to", 1), "to");
  expect_refused(json_reader::conversation_of(parsed(R"({"type":1,"to":3})"), "to", 1), "type");
}

}  // namespace
}  // namespace lingerd::http_tests
