#include "http/net/socket_stream.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "http/net/asio_loop.hpp"

namespace lingerd {
namespace {

using status = byte_stream::status;

// One end is a stream on a loop, the other one the test's.
class SocketStream : public ::testing::Test {
 protected:
  SocketStream() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    here = socket_stream::make(loop.sockets(), ends[0]);
  }
  ~SocketStream() override { close_there(); }

  void say(const std::string& bytes) {
    ASSERT_EQ(::send(ends[1], bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void close_there() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
  // Runs the loop until nothing is at hand.
  void turn() {
    loop.context().restart();
    while (loop.context().poll() > 0) {
    }
  }
  bool is_told(wake reason) {
    turn();
    const bool told = has(asleep.reasons(), reason);
    asleep.clear(reason);
    return told;
  }
  std::string read(std::size_t most) {
    std::string bytes(most, '\0');
    const byte_stream::moved m = here->read(bytes);
    how = m.how;
    bytes.resize(m.bytes);
    return bytes;
  }

  system_clock time;
  asio_loop loop{time};
  waiter asleep{loop};
  int ends[2] = {-1, -1};
  stream_ptr here;
  status how = status::moved;
};

TEST_F(SocketStream, TellsOfBytesThatComeAndOfThoseThatAreThere) {
  here->watch_readable(asleep);
  EXPECT_FALSE(is_told(wake::readable));
  say("one");
  EXPECT_TRUE(is_told(wake::readable));
  EXPECT_EQ(read(100), "one");
  say("two");
  turn();
  here->watch_readable(asleep);
  EXPECT_TRUE(is_told(wake::readable)) << "they came before it was asked";
  EXPECT_EQ(read(100), "two");
  EXPECT_EQ(read(100), "");
  EXPECT_EQ(how, status::blocked);
}

TEST_F(SocketStream, TellsAgainOfWhatWasLeft) {
  say("abcdef");
  here->watch_readable(asleep);
  EXPECT_TRUE(is_told(wake::readable));
  EXPECT_EQ(read(2), "ab");
  here->watch_readable(asleep);
  EXPECT_TRUE(is_told(wake::readable)) << "a full buffer says nothing of what is left";
  EXPECT_EQ(read(4), "cdef");
  EXPECT_EQ(read(4), "");
  EXPECT_EQ(how, status::blocked);
  here->watch_readable(asleep);
  EXPECT_FALSE(is_told(wake::readable));
}

TEST_F(SocketStream, AnEndThatCameWithTheLastBytesIsSeen) {
  say("last");
  close_there();
  here->watch_readable(asleep);
  EXPECT_TRUE(is_told(wake::readable));
  EXPECT_EQ(read(100), "last");
  here->watch_readable(asleep);
  EXPECT_TRUE(is_told(wake::readable)) << "nothing new will happen: it must not be waited for";
  EXPECT_EQ(read(100), "");
  EXPECT_EQ(how, status::ended);
}

TEST_F(SocketStream, AnEndThatComesLaterIsTold) {
  say("last");
  here->watch_readable(asleep);
  EXPECT_TRUE(is_told(wake::readable));
  EXPECT_EQ(read(100), "last");
  here->watch_readable(asleep);
  EXPECT_FALSE(is_told(wake::readable));
  close_there();
  EXPECT_TRUE(is_told(wake::readable));
  EXPECT_EQ(read(100), "");
  EXPECT_EQ(how, status::ended);
}

TEST_F(SocketStream, AWatchStaysUntilItHasTold) {
  here->watch_readable(asleep);
  turn();
  here->watch_readable(asleep);  // as a held poll that is answered and asked anew
  say("x");
  EXPECT_TRUE(is_told(wake::readable));
  EXPECT_EQ(read(100), "x");
  say("y");
  EXPECT_FALSE(is_told(wake::readable)) << "nobody has asked";
}

TEST_F(SocketStream, TellsWhenThereIsRoomAgain) {
  const std::string much(64 * 1024, 'm');
  std::size_t written = 0;
  for (;;) {
    const byte_stream::moved m = here->write(much);
    if (m.how == status::blocked) break;
    ASSERT_EQ(m.how, status::moved);
    written += m.bytes;
  }
  here->watch_writable(asleep);
  EXPECT_FALSE(is_told(wake::writable));
  std::string taken(written, '\0');
  for (std::size_t n = 0; n < written;) {
    const ssize_t got = ::recv(ends[1], taken.data(), taken.size(), 0);
    ASSERT_GT(got, 0);
    n += static_cast<std::size_t>(got);
  }
  EXPECT_TRUE(is_told(wake::writable));
  here->watch_writable(asleep);
  EXPECT_TRUE(is_told(wake::writable)) << "there is room when it is asked";
}

TEST_F(SocketStream, AReleasedStreamTellsNobody) {
  here->watch_readable(asleep);
  say("x");
  here.reset();
  EXPECT_FALSE(is_told(wake::readable));
  char byte = 0;
  errno = 0;
  EXPECT_LE(::recv(ends[1], &byte, 1, 0), 0);
  EXPECT_TRUE(errno != EAGAIN) << "it is closed";
}

TEST_F(SocketStream, WritesAfterTheEndSayThatItIsGone) {
  close_there();
  EXPECT_EQ(here->write("x").how, status::ended);
}

TEST_F(SocketStream, ManySocketsAreToldInOneTurn) {
  struct pair {
    int there = -1;
    stream_ptr here;
    std::unique_ptr<waiter> asleep;
  };
  rlimit files;  // many systems give a user 1,024 unless asked for more
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  std::vector<pair> all(600);  // more than one look brings
  for (pair& p : all) {
    int two[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, two), 0);
    p.there = two[1];
    p.here = socket_stream::make(loop.sockets(), two[0]);
    p.asleep = std::make_unique<waiter>(loop);
    p.here->watch_readable(*p.asleep);
  }
  for (pair& p : all) ASSERT_EQ(::send(p.there, "x", 1, 0), 1);
  turn();
  for (pair& p : all) {
    EXPECT_TRUE(has(p.asleep->reasons(), wake::readable));
    ::close(p.there);
  }
}

}  // namespace
}  // namespace lingerd
