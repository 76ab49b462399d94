#include "core/chat/chat.hpp"

#include <algorithm>

#include "core/loop/one_shot.hpp"
#include "core/base/check.hpp"
#include "core/chat/pending_send.hpp"
#include "core/base/planted_faults.hpp"
#include "core/base/coverage.hpp"
#include "core/chat/rules.hpp"
#include "core/chat/waiting_commit.hpp"

namespace lingerd {

chat::chat(loop& on, store& keep, const limits& bounds)
    : loop_(on),
      store_(keep),
      bounds_(bounds),
      wall_(on.time()),
      sessions_(bounds),
      streams_(people_, bounds),
      presence_(on, people_, streams_, bounds),
      read_timer_([](timer& t) { static_cast<gather_timer&>(t).owner.flush_reads(); }, *this) {
  store_.set_listener(*this);
}

chat::~chat() = default;

void chat::load() {
  class loader : public row_sink {
   public:
    explicit loader(chat& c) : chat_(c) {}
    void on_meta(const meta_row& m) override {
      chat_.epoch_ = m.epoch;
      chat_.horizon_ = m.last_id;
    }
    void on_user(const user_row& r) override { chat_.people_.absorb(r); }
    void on_friend(const friend_row& r) override { chat_.people_.absorb(r); }
    void on_group(const group_row& r) override { chat_.people_.absorb(r); }
    void on_member(const member_row& r) override { chat_.people_.absorb(r); }
    void on_read(const read_row& r) override { chat_.people_.absorb(r); }
    void on_session(const session_row& r) override { chat_.sessions_.absorb(r); }
    void on_conversation(conversation in, const message_head& h) override {
      chat_.people_.absorb(in, h);
    }

   private:
    chat& chat_;
  };
  loader into(*this);
  store_.load(into);
  streams_.start_at(horizon_);
  planted::note_start(horizon_);
  presence_.start_at(wall_.read().now);
}

namespace {

refusal no_room() {
  rare::took(rare::branch::queue_full);
  return {error::overloaded, "too many changes wait for the disk"};
}

}  // namespace

task<result<applied>> chat::commit(change c) {
  if (!has_room()) co_return no_room();
  waiter asleep(loop_);
  waiting_commit here(*this, store_.append(std::move(c)), asleep);
  co_await asleep.wait(wake::done);
  co_return here.take();
}

task<std::vector<result<applied>>> chat::commit_all(std::vector<change> all) {
  std::deque<waiter> asleep;
  std::deque<waiting_commit> here;
  for (change& c : all) {
    waiter& sleeper = asleep.emplace_back(loop_);
    here.emplace_back(*this, store_.append(std::move(c)), sleeper);
  }
  std::vector<result<applied>> outcomes;
  for (std::size_t i = 0; i < here.size(); ++i) {
    co_await asleep[i].wait(wake::done);
    outcomes.push_back(here[i].take());
  }
  co_return outcomes;
}

std::uint64_t chat::commit_unwatched(change c) {
  const std::uint64_t ticket = store_.append(std::move(c));
  CHECK(ticket == first_ticket_ + waiting_.size());
  waiting_.push_back(nullptr);
  return ticket;
}

result<std::unique_ptr<chat::pending_send>> chat::begin_send(user_id from, conversation to,
                                                             std::string text, std::string cid,
                                                             waiter& sleeper) {
  if (cid.empty()) {
    // With a cid this may be the repetition of one that was allowed: apply() knows.
    const result<void> allowed = rules::may_send(people_, from, to);
    if (!allowed) return allowed.error();
  }
  if (!has_room()) return no_room();
  send_message m;
  m.from = from;
  m.to = to;
  m.text = std::move(text);
  m.cid = std::move(cid);
  const wall_clock::reading now = wall_.read();
  m.timestamp = now.now;
  m.unsynced = !now.synced;
  const std::uint64_t ticket = store_.append(change(std::move(m)));
  return std::make_unique<pending_send>(*this, ticket, sleeper);
}

result<chat::sent> chat::pending_send::take() {
  const result<applied> a = place_.take();
  if (!a) return a.error();
  sent answer;
  answer.id = a->id;
  answer.timestamp = a->timestamp;
  answer.repeated = a->repeated;
  return answer;
}

task<result<chat::sent>> chat::send(user_id from, conversation to, std::string text,
                                    std::string cid) {
  waiter asleep(loop_);
  const auto pending = begin_send(from, to, std::move(text), std::move(cid), asleep);
  if (!pending) co_return pending.error();
  co_await asleep.wait(wake::done);
  co_return (*pending)->take();
}

result<void> chat::mark_read(user_id user, conversation in, change_id up_to) {
  const result<void> allowed = rules::may_read(people_, user, in);
  if (!allowed) return allowed;
  const message_head* newest = people_.newest(in);
  if (!newest) return {};
  up_to = std::min(up_to, newest->id);  // beyond the newest counts as the newest of now
  const read_mark* mark = people_.read_mark_of(user, in);
  if (mark && mark->up_to >= up_to) return {};
  gather_read(user, in, up_to);
  return {};
}

void chat::gather_read(user_id user, conversation in, change_id up_to) {
  change_id& gathered = reads_[{user, in}];
  gathered = std::max(gathered, up_to);
  if (!read_timer_.is_set()) loop_.set_timer(read_timer_, loop_.now() + bounds_.read_gather);
}

void chat::flush_reads() {
  while (!reads_.empty() && has_room()) {
    const auto first = reads_.begin();
    lingerd::mark_read m;
    m.user = first->first.first;
    m.in = first->first.second;
    m.up_to = first->second;
    reads_.erase(first);
    change c = m;
    const std::uint64_t ticket = commit_unwatched(std::move(c));
    flying_reads_.push_back({ticket, m.user, m.in, m.up_to});
  }
  if (reads_.empty()) return;
  rare::took(rare::branch::marks_wait);
  if (!read_timer_.is_set()) loop_.set_timer(read_timer_, loop_.now() + bounds_.read_gather);
}

// A mark that the disk had no room for was acknowledged all the same: it is tried again.
void chat::settle_reads(std::uint64_t ticket, const applied& a) {
  if (flying_reads_.empty() || flying_reads_.front().ticket != ticket) return;
  const flying_read r = flying_reads_.front();
  flying_reads_.pop_front();
  const bool may_pass =
      a.refused && (a.refused->code == error::storage_full || a.refused->code == error::overloaded);
  if (may_pass) gather_read(r.user, r.in, r.up_to);
}

result<void> chat::typing(user_id who, conversation in) {
  const result<void> allowed = rules::may_send(people_, who, in);
  if (!allowed) return allowed;
  presence_.typing(who, in.is_group(), in.is_group() ? in.group() : in.other_than(who));
  return {};
}

result<void> chat::check_cursor(std::string_view epoch, change_id after) const {
  if (epoch == epoch_ && after <= horizon_) return {};
  rare::took(rare::branch::cursor_expired);
  return refusal(error::cursor_expired, "this cursor is not of this server's life; start again");
}

task<result<std::string>> chat::password_hash(user_id user) {
  answer<result<std::string>> reply(loop_);
  store_.read_password_hash(user, reply.taker());
  co_await reply.asleep.wait(wake::done);
  co_return reply.take();
}

}  // namespace lingerd
