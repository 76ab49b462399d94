#pragma once

#include <cstdint>
#include <optional>

#include "core/chat/chat.hpp"
#include "core/chat/fanout.hpp"
#include "http/connection/connection.hpp"
#include "http/connection/pending.hpp"
#include "http/streams/caller.hpp"

namespace lingerd {

// Whose events a client listens to, and its position among them.
struct stream_position {
  lingerd::caller caller;
  change_id after = 0;
  std::optional<std::uint64_t> presence;  // the revision that the client knows
};

// What every transport that waits for events holds in the chat, from start() on: a place in its
// session, presence, a place in the fan-out. All of it is released by its destructor.
class subscription : public pending {
 public:
  ~subscription() override;

  wake_set wakes() const override {
    return wake::news | wake::timeout | wake::readable | wake::signed_out | wake::crowded |
           wake::closing;
  }

 protected:
  explicit subscription(lingerd::chat& chat) : chat_(chat) {}

  // REQUIRES: called first.
  void start(connection_io& io, bool wants_presence);
  // Counts as online until the end.
  void hold_presence(user_id user);
  // Counts as held now, until the end.
  void count_held();
  // False where the session has ended.
  bool hold_session(const token_hash& session);
  // Waits for news in the fan-out; does nothing where it waits already.
  void wait_for_news(user_id user);
  bool is_waiting() const { return listener_ && listener_->in_channel.is_linked(); }
  bool has_news(const stream_position& position) const;
  bool is_closing() const { return home_->is_closing; }

  lingerd::chat& chat_;

 private:
  connections* home_ = nullptr;         // null before start()
  std::optional<subscriber> listener_;  // none before start()
  user_id present_ = 0;                 // whose presence is held; 0: none
  bool is_counted_ = false;
};

}  // namespace lingerd
