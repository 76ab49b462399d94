#include "http/connection/connection.hpp"

#include <chrono>
#include <utility>
#include <variant>

#include "core/base/check.hpp"
#include "core/base/planted_faults.hpp"
#include "core/base/coverage.hpp"
#include "http/connection/connection_stream.hpp"
#include "http/api/message_form.hpp"
#include "http/streams/long_poll.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr auto drain_time = 5s;                   // for the rest of what was refused
constexpr std::size_t output_kept = 1024 * 1024;  // room that the shared buffer may keep

}  // namespace

void connection_host::close_all() {
  closing = true;
  for (connection& c : open) c.close_soon();
}

connection::connection(connection_host& home, endpoint& serves, stream_ptr stream)
    : host_(home),
      endpoint_(serves),
      asleep_(home.talk.on()),
      stream_(std::move(stream)),
      reader_(home.bounds) {
  host_.open.push_back(*this);
  ++host_.counted.connections;
  ++host_.counted.open_connections;
}

connection::~connection() {
  if (held_) leave_hold();
  if (live_) leave_stream();
  host_.scratch.half_written -= counted_unsent_;
  --host_.counted.open_connections;
}

// Who answers many requests at once, or whose stream has much to tell, does not keep the others
// waiting.
bool connection::gives_turn(action at) {
  if (at == action::stream) return true;
  if (at != action::next || ++in_a_row_ <= host_.bounds.answers_a_turn) return false;
  in_a_row_ = 0;
  rare::took(rare::branch::turn_given);
  return true;
}

// What the connection sleeps for in this state; watches the socket for it. Nothing: it goes on.
wake_set connection::sleeps_for(action at) {
  switch (at) {
    case action::read:
    case action::drain:
      stream_->watch_readable(asleep_);
      return wake::readable | wake::timeout | wake::closing;
    case action::write:
    case action::stream_write:
      stream_->watch_writable(asleep_);
      return wake::writable | wake::timeout;
    case action::hold:
    case action::stream_wait:
      if (!has(asleep_.reasons(), wake::readable)) stream_->watch_readable(asleep_);
      return wake::news | wake::timeout | wake::readable | wake::signed_out | wake::crowded |
             wake::closing;
    case action::send: return static_cast<wake_set>(wake::done);
    default: return 0;
  }
}

connection::action connection::go_on(action at) {
  switch (at) {
    case action::next: return take_request();
    case action::read: in_a_row_ = 1; return take_request();
    case action::write: return write_on();
    case action::send: return end_send();
    case action::hold: return wake_up();
    case action::stream: return stream_on();
    case action::stream_wait: return stream_wake();
    case action::stream_write: return stream_written();
    case action::drain: return drain_on();
    case action::work:
    case action::ask_store:
    case action::stream_store:
    case action::stream_say:
    case action::end: break;
  }
  return action::end;  // jobs say themselves where they lead
}

bool connection::has_job(action at) {
  return at == action::work || at == action::ask_store || at == action::stream_store ||
         at == action::stream_say;
}

// What takes several waits: a coroutine of its own, which is there only as long as it runs.
task<void> connection::job(action& at) {
  switch (at) {
    case action::work: return do_work(at);
    case action::ask_store: return read_store(at);
    case action::stream_store: return read_store_on_stream(at);
    default: return say_on_stream(at);
  }
}

// Each co_await has room in the frame for as long as the connection lives: there are three.
nursery::root serve(nursery&, connection_host& home, endpoint& serves, stream_ptr stream) {
  using action = connection::action;
  connection c(home, serves, std::move(stream));
  action at = action::next;
  while (at != action::end) {
    if (connection::has_job(at)) {
      co_await c.job(at);
      continue;
    }
    if (c.gives_turn(at)) {
      next_turn others(c.asleep_.on());
      co_await others;
    }
    if (const wake_set mask = c.sleeps_for(at)) {
      co_await c.asleep_.wait(mask);
    }
    at = c.go_on(at);
  }
}

connection::action connection::take_request() {
  const limits& bounds = host_.bounds;
  asleep_.clear(wake::readable);
  switch (reader_.next(*stream_, host_.scratch)) {
    case request_reader::got::request:
      asleep_.clear_deadline();
      begun_ = timed_ = false;
      return dispatch();
    case request_reader::got::ended: return action::end;
    case request_reader::got::refused: return refuse_and_close(reader_.why());
    case request_reader::got::blocked: break;
  }
  if (has(asleep_.reasons(), wake::timeout) && timed_) return no_whole_request();
  if (host_.closing) return action::end;
  const bool begins = reader_.in_progress() && !begun_;
  if (begins || !timed_) {
    // From its first byte on, a request has a time to arrive in, however it drips.
    begun_ = reader_.in_progress();
    timed_ = true;
    asleep_.set_deadline(asleep_.on().now() +
                         (begun_ ? instant(bounds.request_time) : instant(bounds.idle_time)));
  }
  if (reader_.take_wants_continue()) {
    stream_->write("HTTP/1.1 100 Continue\r\n\r\n");  // if it does not fit, the client asks in vain
  }
  return action::read;
}

connection::action connection::no_whole_request() {
  if (!begun_) {
    rare::took(rare::branch::idle_closed);
    return action::end;
  }
  rare::took(rare::branch::stalled_request);
  return refuse_and_close({error::stalled, "the request took too long to arrive"});
}

connection::action connection::dispatch() {
  ++host_.counted.requests;
  const http_request& request = host_.scratch.request;
  keep_alive_ = request.keep_alive && !host_.closing;
  head_only_ = request.method == method::head;
  reply what = endpoint_.answer(request, *stream_);
  if (auto* at_once = std::get_if<response>(&what)) return finish(std::move(*at_once));
  if (auto* later = std::get_if<task<response>>(&what)) {
    working_.emplace(std::move(*later));
    return action::work;
  }
  if (auto* message = std::get_if<send_request>(&what)) return begin_send(std::move(*message));
  if (auto* stays = std::get_if<stream_request>(&what)) return begin_stream(*stays);
  return begin_hold(std::get<poll_request>(what));
}

task<void> connection::do_work(action& then) {
  response answer = co_await std::move(*working_);
  working_.reset();
  then = finish(std::move(answer));
}

connection::action connection::begin_send(send_request what) {
  asleep_.clear(wake::done);
  classic_ = what.classic;
  auto begun =
      host_.talk.begin_send(what.from, what.to, std::move(what.text), std::move(what.cid), asleep_);
  if (!begun) return finish(refuse(begun.error()));
  sending_ = std::move(*begun);
  return action::send;
}

connection::action connection::end_send() {
  const result<chat::sent> sent = sending_->take();
  sending_.reset();
  if (sent && !sent->repeated) ++host_.counted.messages;
  return finish(answer_to(sent, classic_, host_.scratch.body));
}

// --- holding ---------------------------------------------------------------------------------

connection::action connection::begin_hold(const poll_request& asked) {
  held_ = std::make_unique<holding>(asleep_, asked);
  ++host_.counted.events_answers;
  if (asked.presence) host_.talk.online().hold(asked.who.user);
  asleep_.clear(wake::news);
  asleep_.clear(wake::signed_out);
  asleep_.clear(wake::crowded);
  return look_again();
}

connection::action connection::look_again() {
  const bool is_over = held_->asked.wait_s == 0 || host_.closing ||
                       has(asleep_.reasons(), wake::timeout) ||
                       has(asleep_.reasons(), wake::closing);
  switch (poll::look(host_.talk, held_->asked, is_over, host_.scratch.body)) {
    case poll::verdict::answered: return end_poll();
    case poll::verdict::ask_store: return action::ask_store;
    case poll::verdict::wait: break;
  }
  return park();
}

connection::action connection::park() {
  const bool again = held_->parked;
  if (!again) {
    held_->parked = true;
    ++host_.counted.polls_held;
    ++host_.counted.held_now;
    const instant now = asleep_.on().now();
    asleep_.set_deadline(now + poll::hold_time(host_.talk, held_->asked, now));
    // The session may have ended while the store was asked.
    if (!host_.talk.signed_in().hold(held_->asked.who.session, held_->stream)) {
      return end_hold(refuse(error::not_signed_in, "this session has ended"));
    }
  }
  const bool is_lost = planted::is(planted::fault::lost_wake) && again;
  if (!held_->stream.in_channel.is_linked() && !is_lost) {
    host_.talk.streams().wait(held_->asked.who.user, held_->stream);
  }
  return action::hold;
}

task<void> connection::read_store(action& then) {
  const chat::view as = held_->asked.classic ? chat::view::classic : chat::view::events;
  held_->asks_store = true;
  const result<batch> b =
      co_await host_.talk.from_store(held_->asked.who.user, held_->asked.after, as);
  held_->asks_store = false;
  if (!b) {
    then = end_hold(refuse(b.error()));
    co_return;
  }
  const bool is_over =
      held_->asked.wait_s == 0 || host_.closing || has(asleep_.reasons(), wake::timeout);
  if (poll::take(host_.talk, held_->asked, *b, is_over, host_.scratch.body) ==
      poll::verdict::answered) {
    then = end_poll();
  } else {
    rare::took(rare::branch::store_had_nothing);
    then = look_again();
    if (then != action::hold) rare::took(rare::branch::news_while_reading);
  }
}

connection::action connection::wake_up() {
  const wake_set why = asleep_.reasons();
  if (has(why, wake::signed_out)) {
    rare::took(rare::branch::signed_out_while_held);
    return end_hold(refuse(error::not_signed_in, "this session has ended"));
  }
  if (has(why, wake::closing)) rare::took(rare::branch::closing_while_held);
  if (has(why, wake::timeout)) rare::took(rare::branch::hold_timed_out);
  if (has(why, wake::crowded)) {
    rare::took(rare::branch::crowded);
    response answer;
    answer.body = poll::crowded_body(host_.talk, held_->asked);
    return end_hold(std::move(answer));
  }
  if (has(why, wake::readable)) {
    asleep_.clear(wake::readable);
    switch (reader_.read_ahead(*stream_, host_.scratch)) {
      case request_reader::got::ended:
        rare::took(rare::branch::gone_while_held);
        leave_hold();
        return action::end;  // gone: nobody reads the answer
      case request_reader::got::refused: leave_hold(); return refuse_and_close(reader_.why());
      default: rare::took(rare::branch::early_bytes); break;  // they wait for their turn
    }
  }
  asleep_.clear(wake::news);
  const action then = look_again();
  if (then == action::hold && has(why, wake::news)) rare::took(rare::branch::woken_for_nothing);
  return then;
}

void connection::leave_hold() {
  if (held_->parked) --host_.counted.held_now;
  if (held_->asked.presence) host_.talk.online().release(held_->asked.who.user);
  held_.reset();
}

// Answers with the body in the shared scratch, which keeps its room for the next one's.
connection::action connection::end_poll() {
  response answer;
  answer.fixed = host_.scratch.body;
  const action then = end_hold(std::move(answer));
  if (host_.scratch.body.capacity() > output_kept) host_.scratch.body = {};
  return then;
}

connection::action connection::end_hold(response answer) {
  leave_hold();
  asleep_.clear_deadline();
  return finish(std::move(answer));
}

// --- answering -------------------------------------------------------------------------------

connection::action connection::finish(response answer) {
  if (host_.closing || answer.close) keep_alive_ = false;
  answer.head_only = head_only_;
  std::string& out = host_.scratch.output;
  out.clear();
  if (out.capacity() > output_kept) out.shrink_to_fit();
  render(out, answer, keep_alive_);
  const byte_stream::moved m = stream_->write(out);
  if (m.how == byte_stream::status::ended) return action::end;
  if (m.bytes == out.size()) return written();
  rare::took(rare::branch::answer_blocked);
  if (!keep_unsent(std::string_view(out).substr(m.bytes))) return action::end;
  asleep_.clear(wake::writable);
  asleep_.set_deadline(asleep_.on().now() + host_.bounds.write_time);
  return action::write;
}

// Keeps what did not fit, until it does; false where all connections together keep too much
// already: he asks again.
bool connection::keep_unsent(std::string_view rest) {
  const std::size_t room = rest.size() + sizeof(std::string);
  if (host_.scratch.half_written + room > host_.bounds.half_written_bytes) {
    rare::took(rare::branch::half_written_full);
    return false;
  }
  unsent_ = std::make_unique<std::string>(rest);
  count_unsent();
  return true;
}

// Tells the sum what this one holds now; a string keeps its room until it goes.
void connection::count_unsent() {
  host_.scratch.half_written -= counted_unsent_;
  counted_unsent_ = unsent_ ? static_cast<std::uint32_t>(unsent_->capacity()) : 0;
  host_.scratch.half_written += counted_unsent_;
}

connection::action connection::refuse_and_close(const refusal& why) {
  keep_alive_ = false;
  head_only_ = false;
  drain_after_ = true;
  asleep_.clear_deadline();
  return finish(refuse(why));
}

connection::action connection::write_on() {
  asleep_.clear(wake::writable);
  const byte_stream::moved m = stream_->write(*unsent_);
  if (m.how == byte_stream::status::ended) return action::end;
  if (m.bytes == unsent_->size()) {
    unsent_.reset();
    count_unsent();
    asleep_.clear_deadline();
    return written();
  }
  if (has(asleep_.reasons(), wake::timeout)) {
    rare::took(rare::branch::slow_reader_closed);
    return action::end;  // he asks again
  }
  unsent_->erase(0, m.bytes);
  return action::write;
}

connection::action connection::written() {
  if (keep_alive_) return action::next;
  stream_->end_writing();
  if (!drain_after_) return action::end;
  // What was refused is still on its way: closing on it would reset the connection, and the answer
  // would be lost with it.
  asleep_.set_deadline(asleep_.on().now() + drain_time);
  return drain_on();
}

connection::action connection::drain_on() {
  asleep_.clear(wake::readable);
  for (;;) {
    const byte_stream::moved m = stream_->read(host_.scratch.input);
    if (m.how == byte_stream::status::ended) return action::end;
    drained_ += m.bytes;
    if (drained_ > host_.bounds.drain_bytes) return action::end;
    if (m.how == byte_stream::status::blocked) break;
  }
  if (has(asleep_.reasons(), wake::timeout) || host_.closing) return action::end;
  return action::drain;
}

}  // namespace lingerd
