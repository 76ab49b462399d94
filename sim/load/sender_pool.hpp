#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/client/client_connection.hpp"

namespace lingerd::sim {

// What a run says and wants to know of its sending.
class send_watcher {
 public:
  virtual ~send_watcher() = default;
  // The whole request that sends a message.
  virtual std::string request_of(std::uint32_t message) = 0;
  // Its first byte goes out now; also when it goes out again.
  virtual void going_out(std::uint32_t message) = 0;
  virtual void answered(std::uint32_t message, const http_answer& a) = 0;
  // A connection broke; what it carried goes out again, with the same cid.
  virtual void send_stumbled(std::string_view why) = 0;
};

// A few connections that carry the sends of all: each one message at a time, and those that no
// connection is free for wait in a queue. So the clients' open files are left to their streams.
class senders {
 public:
  senders(line_host& lines, send_watcher& watcher, std::size_t connections);
  ~senders();

  void start(nursery& in);
  void send(std::uint32_t message);
  // Every connection is open.
  bool is_ready() const { return ready_ == all_.size(); }
  // Nothing waits and nothing is under way.
  bool is_idle() const { return queue_.empty() && under_way_ == 0; }
  // What waits is given up; connections close after what they are at.
  void tell_closing();
  bool is_closed() const { return running_ == 0; }
  // Frees all. REQUIRES: the coroutines have ended or are destroyed.
  void drop();

 private:
  struct sender;
  task<void> run(sender& s);
  task<bool> carry(sender& s, std::uint32_t message);

  line_host& lines_;
  send_watcher& watcher_;
  std::deque<std::unique_ptr<sender>> all_;
  std::vector<sender*> resting_;  // the last to rest is the first to go
  std::deque<std::uint32_t> queue_;
  std::size_t ready_ = 0;
  std::size_t under_way_ = 0;
  std::size_t running_ = 0;
};

}  // namespace lingerd::sim
