#include <boost/json/parse.hpp>

#include "sim/client/client_requests.hpp"
#include "sim/load/load_run.hpp"

// A run's reactions to its clients and its sender pool: checks, latencies, errors.
namespace lingerd::sim {

namespace json = boost::json;

namespace {

std::uint64_t microseconds_of(instant t) {
  return t.count() > 0 ? static_cast<std::uint64_t>(t.count()) / 1000 : 0;
}

}  // namespace

// --- events of the clients ----------------------------------------------------------------------

void load_run::on_started(std::uint32_t client, const json::object& start) {
  if (phase_ != phase::ramp_up) return;
  const json::value* me = start.if_contains("me");
  const json::value* id = me && me->is_object() ? me->get_object().if_contains("id") : nullptr;
  if (!id || !id->is_number() || id->to_number<user_id>() != accounts_[client].id) {
    fail("the token file does not match the server " + target_.url() + ": the token of " +
         accounts_[client].name + " belongs to another user");
    return;
  }
  const json::value* server = start.if_contains("server");
  const json::value* clock =
      server && server->is_object() ? server->get_object().if_contains("clock") : nullptr;
  if (clock && clock->is_string()) clock_is_synced_ = clock->get_string() == "synced";
  finder_.add(client, start);
}

void load_run::on_parked(std::uint32_t) {
  ++parked_;
  last_parked_ = loop_.now();
  parked_times_ += last_parked_ - begin_;
  sleeper_.signal(wake::news);
}

void load_run::on_message(std::uint32_t client, const parsed_message& m) {
  if (!checker_) return;
  const auto message = checker_->delivered(client, m);
  if (!message) return;
  const instant now = loop_.now();
  const std::uint64_t us = microseconds_of(now - (begin_ + plan_[*message].due));
  deliver_.record(us);
  deliver_uncorrected_.record(microseconds_of(now - sent_times_[*message]));
  seconds_.delivered(now, us);
  if (phase_ == phase::drain && checker_->is_all_delivered()) sleeper_.signal(wake::news);
}

void load_run::on_failure(std::uint32_t, std::string_view why) {
  count_error(why);
  has_failed_since_ = true;
  if (phase_ == phase::ramp_up) sleeper_.signal(wake::news);
}

void load_run::on_rejected(std::uint32_t client) {
  if (phase_ == phase::ramp_up) {
    fail("the token file does not match the server " + target_.url() + ": " +
         accounts_[client].name + " is not signed in");
  } else {
    count_error("a session ended during the run");
  }
}

void load_run::on_left(std::uint32_t) {
  ++departed_;
  departure_times_ += loop_.now() - begin_;
  sleeper_.signal(wake::news);
}

// --- events of the sender pool ------------------------------------------------------------------

std::string load_run::request_of(std::uint32_t message) {
  const planned_message& m = plan_[message];
  const audience& r = audiences_[m.audience];
  const std::uint32_t other = r.members[0] == m.sender ? r.members[1] : r.members[0];
  return client_requests::send(context_.host, accounts_[m.sender].token, r.is_group,
                               r.is_group ? r.group : users_[other],
                               tag_.text(message, options_.text_bytes), tag_.cid(message));
}

void load_run::on_sending(std::uint32_t message) {
  if (sent_times_[message] == instant{}) sent_times_[message] = loop_.now();
}

void load_run::on_answer(std::uint32_t message, const http_reply& a) {
  const instant now = loop_.now();
  json::error_code ec;
  const json::value body = json::parse(a.body, ec);
  if (a.status == 200 || a.status == 201) {
    const json::value* id = !ec && body.is_object() ? body.get_object().if_contains("id") : nullptr;
    if (id && id->is_number()) {
      checker_->acknowledged(message, id->to_number<change_id>());
      ack_.record(microseconds_of(now - (begin_ + plan_[message].due)));
      ack_uncorrected_.record(microseconds_of(now - sent_times_[message]));
      seconds_.acknowledged(now);
      return;
    }
  }
  const std::string why =
      "status " + std::to_string(a.status) + " " + std::string(a.body.substr(0, 200));
  checker_->refused(message, why);
  count_error(why);
}

void load_run::on_send_failure(std::string_view why) {
  count_error(why);
  has_failed_since_ = true;
}

}  // namespace lingerd::sim
