#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/client/client_connection.hpp"

namespace lingerd::sim {

// Provides the requests of the sender pool and receives their outcome, on the loop's thread.
class send_watcher {
 public:
  virtual ~send_watcher() = default;
  // The complete request that sends a message.
  virtual std::string request_of(std::uint32_t message) = 0;
  // Called when the message is sent, and again when it is repeated.
  virtual void on_sending(std::uint32_t message) = 0;
  virtual void on_answer(std::uint32_t message, const http_reply& a) = 0;
  // A connection failed; its message is repeated with the same cid.
  virtual void on_send_failure(std::string_view why) = 0;
};

// A few connections that send the messages of all clients, one message at a time on each; further
// messages wait in a queue. Keeps the number of open files low. Owned by the run; its coroutines
// live in the run's nursery.
class sender_pool {
 public:
  sender_pool(connection_settings& connections, send_watcher& watcher, std::size_t count);
  ~sender_pool();

  void start(nursery& work);
  void send(std::uint32_t message);
  // All connections are open.
  bool is_ready() const { return ready_ == all_.size(); }
  // No message is queued or under way.
  bool is_idle() const { return queue_.empty() && under_way_ == 0; }
  // Drops the queue; each connection closes after its current message.
  void request_close();
  bool is_closed() const { return running_ == 0; }
  // Frees all connections. REQUIRES: the coroutines have ended or are destroyed.
  void drop();

 private:
  struct sender;
  task<void> run(sender& s);
  task<bool> send_one(sender& s, std::uint32_t message);

  connection_settings& connections_;
  send_watcher& watcher_;
  std::deque<std::unique_ptr<sender>> all_;
  std::vector<sender*> idle_;  // used as a stack: the last to become idle is used first
  std::deque<std::uint32_t> queue_;
  std::size_t ready_ = 0;
  std::size_t under_way_ = 0;
  std::size_t running_ = 0;
};

}  // namespace lingerd::sim
