#include "http/protocol/field_reader.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "http/protocol/json_reader.hpp"

namespace lingerd::http_tests {
namespace {

boost::json::object parsed(std::string_view text) {
  auto object = json_reader::object(text, limits());
  EXPECT_TRUE(object.has_value()) << text;
  return object ? std::move(*object) : boost::json::object();
}

// The refusal's code and text; "" where nothing is refused.
std::string refusal_text(const first_refusal& reader) {
  const refusal* refused = reader.refused();
  return refused ? std::string(code_of(refused->code)) + ": " + refused->message : std::string();
}

TEST(FieldReader, EachFieldHasItsValue) {
  const auto object = parsed(
      R"({"name":"li","n":3,"text_n":"4","yes":true,"users":[3,"4"],"type":"single","to":7})");
  field_reader fields(object);
  EXPECT_EQ(fields.text("name"), "li");
  EXPECT_EQ(fields.optional_text("name"), "li");
  EXPECT_EQ(fields.number("n"), 3u);
  EXPECT_EQ(fields.optional_number("text_n"), 4u);
  EXPECT_TRUE(fields.flag("yes"));
  EXPECT_EQ(fields.users("users"), (std::vector<user_id>{3, 4}));
  EXPECT_EQ(fields.conversation("to", 1), conversation::single(1, 7));
  ASSERT_NE(fields.find("users"), nullptr);
  EXPECT_TRUE(fields.find("users")->is_array());
  EXPECT_EQ(fields.refused(), nullptr);
}

TEST(FieldReader, AnOptionalFieldMayBeAbsentOrNull) {
  const auto object = parsed(R"({"null":null})");
  field_reader fields(object);
  for (const char* name : {"null", "absent"}) {
    EXPECT_EQ(fields.optional_text(name), std::nullopt);
    EXPECT_EQ(fields.optional_number(name), std::nullopt);
    EXPECT_FALSE(fields.flag(name));
    EXPECT_TRUE(fields.users(name).empty());
    EXPECT_EQ(fields.find(name), nullptr);
  }
  EXPECT_EQ(fields.refused(), nullptr);
}

TEST(FieldReader, ARefusalNamesTheField) {
  const auto object = parsed(R"({"s":"x","n":1,"type":"single","self":1})");
  const auto text = [&object](auto read) {
    field_reader fields(object);
    read(fields);
    return refusal_text(fields);
  };
  EXPECT_EQ(text([](field_reader& f) { f.text("no"); }), R"(bad_request: "no" is missing)");
  EXPECT_EQ(text([](field_reader& f) { f.text("n"); }), R"(bad_request: "n" must be a string)");
  EXPECT_EQ(text([](field_reader& f) { f.optional_text("n"); }),
            R"(bad_request: "n" must be a string)");
  EXPECT_EQ(text([](field_reader& f) { f.number("no"); }), R"(bad_request: "no" is missing)");
  EXPECT_EQ(text([](field_reader& f) { f.number("s"); }),
            R"(bad_request: "s" must be a whole number from 0)");
  EXPECT_EQ(text([](field_reader& f) { f.optional_number("s"); }),
            R"(bad_request: "s" must be a whole number from 0)");
  EXPECT_EQ(text([](field_reader& f) { f.flag("n"); }),
            R"(bad_request: "n" must be true or false)");
  EXPECT_EQ(text([](field_reader& f) { f.users("n"); }),
            R"(bad_request: "n" must be a list of users' ids)");
  EXPECT_EQ(text([](field_reader& f) { f.conversation("no", 1); }),
            R"(bad_request: "no" is missing)");
  EXPECT_EQ(text([](field_reader& f) { f.conversation("self", 1); }),
            "bad_request: this would be to oneself");
}

TEST(FieldReader, TheFirstRefusalStays) {
  const auto object = parsed(R"({"a":1,"b":"x"})");
  field_reader fields(object);
  fields.text("a");
  fields.number("b");
  fields.text("absent");
  fields.refuse_unless(false, error::forbidden, "later");
  fields.refuse({error::too_large, "later still"});
  fields.take(result<int>(refusal(error::not_found, "last")));
  EXPECT_EQ(refusal_text(fields), R"(bad_request: "a" must be a string)");
}

TEST(FieldReader, AfterARefusalEveryFieldHasItsDefault) {
  const auto object = parsed(R"({"s":"x","n":1,"yes":true,"users":[1],"type":"single","to":2})");
  field_reader fields(object);
  fields.refuse({error::forbidden, "no"});
  EXPECT_EQ(fields.text("s"), "");
  EXPECT_EQ(fields.optional_text("s"), std::nullopt);
  EXPECT_EQ(fields.number("n"), 0u);
  EXPECT_EQ(fields.optional_number("n"), std::nullopt);
  EXPECT_FALSE(fields.flag("yes"));
  EXPECT_TRUE(fields.users("users").empty());
  EXPECT_EQ(fields.conversation("to", 1), conversation());
  EXPECT_EQ(fields.find("s"), nullptr);
  EXPECT_EQ(refusal_text(fields), "forbidden: no");
}

TEST(FieldReader, ChecksOfTheCallerStandAmongTheFields) {
  const auto object = parsed(R"({"name":"","brief":7})");
  field_reader fields(object);
  fields.refuse_unless(true, error::forbidden, "holds");
  EXPECT_EQ(fields.refused(), nullptr);
  fields.refuse_unless(!fields.text("name").empty(), error::bad_name, "the name is empty");
  fields.text("brief");
  EXPECT_EQ(refusal_text(fields), "bad_name: the name is empty");
}

TEST(FieldReader, TheValueOfAResultIsTaken) {
  first_refusal checks;
  EXPECT_EQ(checks.take(result<std::string>("long enough to lie on the heap")),
            "long enough to lie on the heap");
  EXPECT_EQ(checks.refused(), nullptr);
  EXPECT_EQ(checks.take(result<int>(refusal(error::not_found, "there is no such user"))), 0);
  EXPECT_EQ(refusal_text(checks), "not_found: there is no such user");
  EXPECT_EQ(checks.take(result<int>(5)), 5) << "a value stays a value";
}

TEST(QueryReader, ValuesAreDecoded) {
  query_reader query("after=3&epoch=a%20b&empty=&flag&huge=99999999999999999999");
  EXPECT_EQ(query.number("after"), 3u);
  EXPECT_EQ(query.text("epoch"), "a b");
  EXPECT_EQ(query.text("empty"), "");
  EXPECT_EQ(query.text("flag"), "");
  EXPECT_EQ(query.optional_number("huge"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(query.optional_number("absent"), std::nullopt);
  EXPECT_EQ(query.refused(), nullptr);
}

TEST(QueryReader, ARefusalNamesTheField) {
  const auto text = [](auto read) {
    query_reader query("n=3x&minus=-1&empty=&bad=%zz");
    read(query);
    return refusal_text(query);
  };
  EXPECT_EQ(text([](query_reader& q) { q.text("no"); }), R"(bad_request: "no" is missing)");
  EXPECT_EQ(text([](query_reader& q) { q.number("no"); }), R"(bad_request: "no" is missing)");
  for (const char* name : {"n", "minus", "empty", "bad"}) {
    const std::string refused =
        "bad_request: \"" + std::string(name) + "\" must be a whole number from 0";
    EXPECT_EQ(text([name](query_reader& q) { q.number(name); }), refused);
    EXPECT_EQ(text([name](query_reader& q) { q.optional_number(name); }), refused);
  }
}

TEST(QueryReader, TheFirstRefusalStaysAndFieldsHaveTheirDefaults) {
  query_reader query("after=x&epoch=e&wait=5");
  EXPECT_EQ(query.number("after"), 0u);
  EXPECT_EQ(query.text("epoch"), "");
  EXPECT_EQ(query.optional_number("wait"), std::nullopt);
  EXPECT_EQ(query.number("absent"), 0u);
  EXPECT_EQ(refusal_text(query), R"(bad_request: "after" must be a whole number from 0)");
}

}  // namespace
}  // namespace lingerd::http_tests
