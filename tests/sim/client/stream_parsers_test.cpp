#include <gtest/gtest.h>

#include "sim/client/accounts.hpp"
#include "sim/client/event_parser.hpp"
#include "sim/client/http_reply.hpp"
#include "sim/client/sse_reader.hpp"
#include "sim/load/message_tag.hpp"
#include "sim/load/units.hpp"

// Parsers of the simulator: event streams, HTTP answers, tags, command-line values.
namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

struct parsed_sse {
  std::string name, data, id;
  friend bool operator==(const parsed_sse&, const parsed_sse&) = default;
};

// Parses `pieces` one after the other, as they would arrive.
std::vector<parsed_sse> read_sse(const std::vector<std::string_view>& pieces) {
  sse_reader reader;
  std::vector<parsed_sse> all;
  for (std::string_view piece : pieces) {
    while (reader.next(piece) == sse_reader::status::event) {
      all.push_back({reader.name(), reader.data(), reader.last_id()});
    }
    EXPECT_TRUE(piece.empty());
  }
  return all;
}

constexpr std::string_view stream =
    ": hello\n\n"
    "id: 5f3a.17\ndata: {\"event\":\"message\"}\n\n"
    "id:5f3a.18\r\ndata: one\r\ndata: two\r\n\r\n"
    "event: error\rdata:{}\r\r"
    "retry: 5000\nevent: nothing\n\n"
    "data\n\n"
    "data: not whole";

TEST(SimSse, IsReadTheSameSplitAtEveryByte) {
  const std::vector<parsed_sse> complete{{"", "{\"event\":\"message\"}", "5f3a.17"},
                                         {"", "one\ntwo", "5f3a.18"},
                                         {"error", "{}", "5f3a.18"},
                                         {"", "", "5f3a.18"}};
  EXPECT_EQ(read_sse({stream}), complete);
  for (std::size_t i = 0; i <= stream.size(); ++i) {
    EXPECT_EQ(read_sse({stream.substr(0, i), stream.substr(i)}), complete) << i;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
  EXPECT_EQ(read_sse(bytes), complete);
}

TEST(SimAnswer, IsCompleteAtItsLastByte) {
  const std::string_view text =
      "HTTP/1.1 201 Created\r\ncontent-length: 5\r\nConnection: Close\r\n\r\nhello";
  http_reply a;
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_EQ(read_answer(text.substr(0, i), a), reply_status::need_more) << i;
  }
  ASSERT_EQ(read_answer(text, a), reply_status::complete);
  EXPECT_EQ(a.status, 201);
  EXPECT_EQ(a.body, "hello");
  EXPECT_TRUE(a.closes);
}

TEST(SimAnswer, RefusesMalformedAnswers) {
  http_reply a;
  EXPECT_EQ(read_answer("SSH-2.0-OpenSSH_9.2p1\r\n\r\n", a), reply_status::bad);
  EXPECT_EQ(read_answer("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", a), reply_status::bad);
  EXPECT_EQ(read_answer("HTTP/1.1 204 No Content\r\n\r\n", a), reply_status::complete);
  EXPECT_EQ(read_answer(std::string(17 * 1024, 'x'), a), reply_status::bad);
}

TEST(SimEventParser, ReadsABatch) {
  auto parser = std::make_unique<event_parser>();
  const parsed_batch* h = parser->batch(
      R"({"epoch":"e","next":12,"more":true,"pause":5,"events":[
          {"event":"read","id":10,"user":1,"type":"single","with":3,"up_to":9},
          {"event":"message","id":11,"timestamp":"…","from":1,"to":3,"type":"single","msg":"hello"},
          {"event":"message","id":12,"from":1,"to":7,"type":"group","msg":"all","cid":"k"}]})");
  ASSERT_TRUE(h);
  EXPECT_EQ(h->next, 12U);
  EXPECT_TRUE(h->more);
  EXPECT_EQ(h->pause_s, 5);
  ASSERT_EQ(h->messages.size(), 2U);
  EXPECT_EQ(h->messages[0].text, "hello");
  EXPECT_FALSE(h->messages[0].is_group);
  EXPECT_EQ(h->messages[1].target_id, 7U);
  EXPECT_TRUE(h->messages[1].is_group);
  EXPECT_TRUE(h->messages[1].has_cid);
  h = parser->batch(R"({"error":{"code":"cursor_expired","message":"…"}})");
  ASSERT_TRUE(h);
  EXPECT_EQ(h->error, "cursor_expired");
  EXPECT_TRUE(h->messages.empty());
  EXPECT_FALSE(parser->batch("{\"next\":1"));
  EXPECT_FALSE(parser->batch("[]"));
}

TEST(SimMessageTag, IsReadBackAndNotOfAnotherRun) {
  const message_tag one(1), two(2);
  const std::string text = one.text(123'456, 100);
  EXPECT_EQ(text.size(), 100U);
  EXPECT_EQ(one.read(text), 123'456U);
  EXPECT_EQ(two.read(text), std::nullopt);
  EXPECT_EQ(one.read("hello"), std::nullopt);
  EXPECT_EQ(one.text(7, 3).size(), message_tag::bytes);
  EXPECT_EQ(one.cid(7).size(), 20U);
}

TEST(SimUnits, AreReadFromACommandLine) {
  EXPECT_EQ(duration_of("250ms"), 250ms);
  EXPECT_EQ(duration_of("1.5s"), 1500ms);
  EXPECT_EQ(duration_of("2min"), 120s);
  EXPECT_EQ(duration_of("1h"), 1h);
  EXPECT_EQ(rate_of("200/s"), 200);
  EXPECT_EQ(rate_of("30/min"), 0.5);
  EXPECT_EQ(rate_of("7"), 7);
  for (const char* bad : {"", "3", "s", "-1s", "3 s", "3x", "1e400s", "9999h"}) {
    EXPECT_THROW(duration_of(bad), std::invalid_argument) << bad;
  }
  for (const char* bad : {"", "/s", "-1/s", "3/x", "x", "1/"}) {
    EXPECT_THROW(rate_of(bad), std::invalid_argument) << bad;
  }
}

TEST(SimAccounts, ReadsAGroupShape) {
  EXPECT_EQ(group_shape_of("10x100").groups, 10U);
  EXPECT_EQ(group_shape_of("10x100").members, 100U);
  EXPECT_EQ(group_shape_of("").groups, 0U);
  for (const char* bad : {"x", "10", "10x", "x10", "0x5", "5x1", "5x5x", "ax2"}) {
    EXPECT_THROW(group_shape_of(bad), std::runtime_error) << bad;
  }
  EXPECT_EQ(import_text(2, {}),
            "{\"user\":\"u0\"}\n{\"user\":\"u1\"}\n{\"friends\":[\"u0\",\"u1\"]}\n");
}

}  // namespace
}  // namespace lingerd::sim
