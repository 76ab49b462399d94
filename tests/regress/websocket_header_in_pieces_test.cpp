#include <gtest/gtest.h>

#include <string>

#include "http/protocol/websocket_frame.hpp"

// Regression: a frame header that arrived in three pieces, the second ending within the mask or the
// long length, sent the reader into an endless loop, because it took the remaining bytes for
// header. One client could stop the server. Found by a virtual world with a network that splits
// writes.
namespace lingerd {
namespace {

std::string frame_of(std::size_t bytes) {
  std::string out;
  websocket::append_frame(out, websocket::opcode::text, std::string(bytes, 'x'),
                          websocket::mask_key{1, 2, 3, 4});
  return out;
}

TEST(WebsocketReader, ReadsAHeaderCutInThreePiecesAnywhere) {
  for (const std::size_t bytes : {std::size_t{5}, std::size_t{300}, std::size_t{70'000}}) {
    const std::string frame = frame_of(bytes);
    for (std::size_t first = 1; first < 16 && first < frame.size(); ++first) {
      for (std::size_t second = first + 1; second <= 16 && second < frame.size(); ++second) {
        websocket::reader frames(true, 100'000);
        std::string_view piece = std::string_view(frame).substr(0, first);
        ASSERT_EQ(frames.next(piece), websocket::reader::status::need_more);
        piece = std::string_view(frame).substr(first, second - first);
        if (second < frame.size()) {
          ASSERT_EQ(frames.next(piece), websocket::reader::status::need_more);
        }
        piece = std::string_view(frame).substr(second);
        ASSERT_EQ(frames.next(piece), websocket::reader::status::message) << first << " " << second;
        EXPECT_EQ(frames.payload().size(), bytes);
        EXPECT_TRUE(piece.empty());
      }
    }
  }
}

}  // namespace
}  // namespace lingerd
