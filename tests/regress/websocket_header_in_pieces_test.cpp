#include <gtest/gtest.h>

#include <string>

#include "http/protocol/websocket_frame.hpp"

// A frame's header that came in three pieces, the second of which ended within the mask or the long
// length, sent the reader into a loop without end: it took the rest of what had arrived for header.
// One client could stop the server with it. Found by a virtual world whose network cuts what is
// written into pieces.
namespace lingerd {
namespace {

std::string frame_of(std::size_t bytes) {
  std::string out;
  websocket::append_frame(out, websocket::opcode::text, std::string(bytes, 'x'),
                          websocket::mask_key{1, 2, 3, 4});
  return out;
}

TEST(WebsocketReader, UnderstandsAHeaderThatWasCutAnywhereTwice) {
  for (const std::size_t bytes : {std::size_t{5}, std::size_t{300}, std::size_t{70'000}}) {
    const std::string frame = frame_of(bytes);
    for (std::size_t first = 1; first < 16 && first < frame.size(); ++first) {
      for (std::size_t second = first + 1; second <= 16 && second < frame.size(); ++second) {
        websocket::reader frames(true, 100'000);
        std::string_view piece = std::string_view(frame).substr(0, first);
        ASSERT_EQ(frames.next(piece), websocket::reader::got::need_more);
        piece = std::string_view(frame).substr(first, second - first);
        if (second < frame.size()) {
          ASSERT_EQ(frames.next(piece), websocket::reader::got::need_more);
        }
        piece = std::string_view(frame).substr(second);
        ASSERT_EQ(frames.next(piece), websocket::reader::got::message) << first << " " << second;
        EXPECT_EQ(frames.payload().size(), bytes);
        EXPECT_TRUE(piece.empty());
      }
    }
  }
}

}  // namespace
}  // namespace lingerd
