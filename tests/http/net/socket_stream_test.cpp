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
    stream = socket_stream::make(loop.sockets(), ends[0]);
  }
  ~SocketStream() override { close_peer(); }

  void say(const std::string& bytes) {
    ASSERT_EQ(::send(ends[1], bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void close_peer() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
  // Runs the loop until nothing is at hand.
  void turn() {
    loop.context().restart();
    while (loop.context().poll() > 0) {
    }
  }
  bool is_signalled(wake reason) {
    turn();
    const bool is_signalled = has(sleeper.reasons(), reason);
    sleeper.clear(reason);
    return is_signalled;
  }
  std::string read(std::size_t bytes_max) {
    std::string bytes(bytes_max, '\0');
    const byte_stream::transfer t = stream->read(bytes);
    last_status = t.status;
    bytes.resize(t.bytes);
    return bytes;
  }

  system_clock time;
  asio_loop loop{time};
  waiter sleeper{loop};
  int ends[2] = {-1, -1};
  stream_ptr stream;
  status last_status = status::moved;
};

TEST_F(SocketStream, TellsOfBytesThatComeAndOfThoseThatAreThere) {
  stream->watch_readable(sleeper);
  EXPECT_FALSE(is_signalled(wake::readable));
  say("one");
  EXPECT_TRUE(is_signalled(wake::readable));
  EXPECT_EQ(read(100), "one");
  say("two");
  turn();
  stream->watch_readable(sleeper);
  EXPECT_TRUE(is_signalled(wake::readable)) << "they came before it was asked";
  EXPECT_EQ(read(100), "two");
  EXPECT_EQ(read(100), "");
  EXPECT_EQ(last_status, status::blocked);
}

TEST_F(SocketStream, TellsAgainOfWhatWasLeft) {
  say("abcdef");
  stream->watch_readable(sleeper);
  EXPECT_TRUE(is_signalled(wake::readable));
  EXPECT_EQ(read(2), "ab");
  stream->watch_readable(sleeper);
  EXPECT_TRUE(is_signalled(wake::readable)) << "a full buffer says nothing of what is left";
  EXPECT_EQ(read(4), "cdef");
  EXPECT_EQ(read(4), "");
  EXPECT_EQ(last_status, status::blocked);
  stream->watch_readable(sleeper);
  EXPECT_FALSE(is_signalled(wake::readable));
}

TEST_F(SocketStream, AnEndThatCameWithTheLastBytesIsSeen) {
  say("last");
  close_peer();
  stream->watch_readable(sleeper);
  EXPECT_TRUE(is_signalled(wake::readable));
  EXPECT_EQ(read(100), "last");
  stream->watch_readable(sleeper);
  EXPECT_TRUE(is_signalled(wake::readable)) << "no further report will come";
  EXPECT_EQ(read(100), "");
  EXPECT_EQ(last_status, status::ended);
}

TEST_F(SocketStream, AnEndThatComesLaterIsTold) {
  say("last");
  stream->watch_readable(sleeper);
  EXPECT_TRUE(is_signalled(wake::readable));
  EXPECT_EQ(read(100), "last");
  stream->watch_readable(sleeper);
  EXPECT_FALSE(is_signalled(wake::readable));
  close_peer();
  EXPECT_TRUE(is_signalled(wake::readable));
  EXPECT_EQ(read(100), "");
  EXPECT_EQ(last_status, status::ended);
}

TEST_F(SocketStream, AWatchStaysUntilItHasTold) {
  stream->watch_readable(sleeper);
  turn();
  stream->watch_readable(sleeper);  // as for a held poll that is answered and asked again
  say("x");
  EXPECT_TRUE(is_signalled(wake::readable));
  EXPECT_EQ(read(100), "x");
  say("y");
  EXPECT_FALSE(is_signalled(wake::readable)) << "no watch is set";
}

TEST_F(SocketStream, TellsWhenThereIsRoomAgain) {
  const std::string much(64 * 1024, 'm');
  std::size_t written = 0;
  for (;;) {
    const byte_stream::transfer t = stream->write(much);
    if (t.status == status::blocked) break;
    ASSERT_EQ(t.status, status::moved);
    written += t.bytes;
  }
  stream->watch_writable(sleeper);
  EXPECT_FALSE(is_signalled(wake::writable));
  std::string input(written, '\0');
  for (std::size_t n = 0; n < written;) {
    const ssize_t received = ::recv(ends[1], input.data(), input.size(), 0);
    ASSERT_GT(received, 0);
    n += static_cast<std::size_t>(received);
  }
  EXPECT_TRUE(is_signalled(wake::writable));
  stream->watch_writable(sleeper);
  EXPECT_TRUE(is_signalled(wake::writable)) << "there is room already";
}

TEST_F(SocketStream, AReleasedStreamSignalsNothing) {
  stream->watch_readable(sleeper);
  say("x");
  stream.reset();
  EXPECT_FALSE(is_signalled(wake::readable));
  char byte = 0;
  errno = 0;
  EXPECT_LE(::recv(ends[1], &byte, 1, 0), 0);
  EXPECT_TRUE(errno != EAGAIN) << "it is closed";
}

TEST_F(SocketStream, WritesAfterTheEndReportIt) {
  close_peer();
  EXPECT_EQ(stream->write("x").status, status::ended);
}

TEST_F(SocketStream, ManySocketsAreToldInOneTurn) {
  struct pair {
    int peer = -1;
    stream_ptr stream;
    std::unique_ptr<waiter> sleeper;
  };
  rlimit files;  // on many systems the soft limit is 1,024
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  std::vector<pair> all(600);  // more than one epoll_wait() reports
  for (pair& p : all) {
    int two[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, two), 0);
    p.peer = two[1];
    p.stream = socket_stream::make(loop.sockets(), two[0]);
    p.sleeper = std::make_unique<waiter>(loop);
    p.stream->watch_readable(*p.sleeper);
  }
  for (pair& p : all) ASSERT_EQ(::send(p.peer, "x", 1, 0), 1);
  turn();
  for (pair& p : all) {
    EXPECT_TRUE(has(p.sleeper->reasons(), wake::readable));
    ::close(p.peer);
  }
}

}  // namespace
}  // namespace lingerd
