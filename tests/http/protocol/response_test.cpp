#include "http/protocol/response.hpp"

#include <gtest/gtest.h>

#include "tests/http/protocol/scripted_stream.hpp"

namespace lingerd::http_tests {
namespace {

TEST(Response, IsWrittenAsHttp) {
  EXPECT_EQ(rendered(response(200, R"({"a":1})")),
            "HTTP/1.1 200 OK\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: 7\r\n"
            "Cache-Control: no-store\r\n"
            "\r\n"
            R"({"a":1})");
}

TEST(Response, IsAppended) {
  std::string out = "before";
  render(out, no_content(), true);
  EXPECT_EQ(out, "beforeHTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n\r\n");
}

TEST(Response, AnEmptyBodyHasItsLength) {
  EXPECT_TRUE(holds(rendered(response(200, "")), "\r\nContent-Length: 0\r\n"));
}

TEST(Response, SomeStatusesHaveNoBodyAtAll) {
  for (const int status : {204, 304}) {
    const std::string out = rendered(response(status, "body"));
    EXPECT_FALSE(holds(out, "Content-Length")) << status;
    EXPECT_FALSE(holds(out, "Content-Type")) << status;
    EXPECT_TRUE(out.ends_with("\r\n\r\n")) << status;
  }
}

TEST(Response, ToHeadTheLengthIsToldAndTheBodyIsNot) {
  response r(200, "hello");
  r.head_only = true;
  const std::string out = rendered(r);
  EXPECT_TRUE(holds(out, "\r\nContent-Length: 5\r\n"));
  EXPECT_TRUE(out.ends_with("\r\n\r\n"));
}

TEST(Response, SaysWhenTheConnectionEnds) {
  EXPECT_FALSE(holds(rendered(response(200, "")), "Connection:"));
  EXPECT_TRUE(holds(rendered(response(200, ""), false), "\r\nConnection: close\r\n"));
  response r(200, "");
  r.close = true;
  EXPECT_TRUE(holds(rendered(r), "\r\nConnection: close\r\n"));
}

TEST(Response, OnlyWhatIsStorableMayBeStored) {
  response r(200, "");
  EXPECT_TRUE(holds(rendered(r), "\r\nCache-Control: no-store\r\n"));
  r.storable = true;
  EXPECT_FALSE(holds(rendered(r), "Cache-Control"));
}

TEST(Response, FurtherFieldsAndAFixedBodyAreWritten) {
  response r(200, "not this");
  r.type = "text/css";
  r.fixed = "a file";
  r.fields = "X-A: 1\r\nX-B: 2\r\n";
  const std::string out = rendered(r);
  EXPECT_TRUE(holds(out, "\r\nContent-Type: text/css\r\nContent-Length: 6\r\n"));
  EXPECT_TRUE(out.ends_with("\r\nX-A: 1\r\nX-B: 2\r\n\r\na file"));
}

TEST(Response, EachErrorHasTheStatusOfTheContract) {
  const std::pair<error, int> all[] = {
      {error::bad_request, 400},      {error::not_signed_in, 401},
      {error::forbidden, 403},        {error::not_friends, 403},
      {error::not_member, 403},       {error::cross_site, 403},
      {error::not_found, 404},        {error::method_not_allowed, 405},
      {error::stalled, 408},          {error::cid_conflict, 409},
      {error::name_taken, 409},       {error::group_full, 409},
      {error::owner_must_stay, 409},  {error::limit_reached, 409},
      {error::cursor_expired, 410},   {error::too_large, 413},
      {error::not_json, 415},         {error::weak_password, 422},
      {error::bad_name, 422},         {error::too_many, 429},
      {error::header_too_large, 431}, {error::overloaded, 503},
      {error::storage_full, 507}};
  for (const auto& [code, status] : all) {
    EXPECT_EQ(status_of(code), status) << code_of(code);
    const response r = refuse(code, "why");
    EXPECT_EQ(r.status, status);
    EXPECT_EQ(code_in(r), code_of(code));
    EXPECT_FALSE(holds(rendered(r), " Unknown\r\n")) << status;
  }
}

TEST(Response, ARefusalIsJsonWhateverItSays) {
  EXPECT_EQ(refuse(error::not_friends, "no \"friend\"\n").body,
            R"({"error":{"code":"not_friends","message":"no \"friend\"\n"}})");
  EXPECT_EQ(refuse(refusal(error::bad_request, "x")).body, error_body({error::bad_request, "x"}));
}

TEST(Response, ARefusalForOverloadSaysWhenToTryAgain) {
  EXPECT_TRUE(holds(rendered(refuse(error::overloaded, "busy")), "\r\nRetry-After: 1\r\n"));
  EXPECT_FALSE(holds(rendered(refuse(error::not_found, "no")), "Retry-After"));
}

}  // namespace
}  // namespace lingerd::http_tests
