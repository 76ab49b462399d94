#include "sim/load/load_run.hpp"

#include <boost/json/parse.hpp>
#include <stdexcept>

#include "sim/client/client_requests.hpp"

namespace lingerd::sim {

namespace json = boost::json;

namespace {

constexpr std::uint64_t slip_max_us = 10'000;

std::uint64_t microseconds_of(instant t) {
  return t.count() > 0 ? static_cast<std::uint64_t>(t.count()) / 1000 : 0;
}

double seconds_of(instant t) { return std::chrono::duration<double>(t).count(); }

}  // namespace

load_run::load_run(const load_options& options, const load_way& way, stage& where,
                   std::string number)
    : options_(options),
      way_(way),
      stage_(where),
      number_(std::move(number)),
      people_(where.take_people()),
      loop_(where.on()),
      counted_(where.counted()),
      lines_{loop_, where.dial(), counted_},
      chance_(options.seed ^ 0x5bd1e995),  // not the schedule's
      crowd_{lines_, *this, chance_, way, options.wait, where.host(), people_.size()},
      sends_(lines_, *this, send_connections()),
      finder_(people_),
      marks_(where.salt()) {
  for (std::uint32_t i = 0; i < people_.size(); ++i) {
    clients_.emplace_back(crowd_, i, people_[i]);
    users_.push_back(people_[i].id);
  }
}

sim::run load_run::go() {
  work_.spawn(watch_over());
  work_.spawn(phases());
  loop_.run_ready();
  stage_.run();
  // What is still there goes now: first the coroutines, then what would wake them.
  work_.clear();
  clients_.clear();
  sends_.drop();
  for (waiter* w : {&asleep_, &schedule_, &guard_}) w->clear_deadline();
  stage_.clear();
  if (!failure_.empty()) throw std::runtime_error(failure_);
  return result();
}

// --- what the clients say ----------------------------------------------------------------------

void load_run::started(std::uint32_t client, const json::object& start) {
  if (phase_ != phase::ramp_up) return;
  const json::value* me = start.if_contains("me");
  const json::value* id = me && me->is_object() ? me->get_object().if_contains("id") : nullptr;
  if (!id || !id->is_number() || id->to_number<user_id>() != people_[client].id) {
    fail("the token file does not fit " + stage_.url() + ": the token of " + people_[client].name +
         " is somebody else's");
    return;
  }
  const json::value* server = start.if_contains("server");
  const json::value* clock =
      server && server->is_object() ? server->get_object().if_contains("clock") : nullptr;
  if (clock && clock->is_string()) clock_is_synced_ = clock->get_string() == "synced";
  finder_.add(client, start);
}

void load_run::parked(std::uint32_t) {
  ++parked_;
  last_parked_ = loop_.now();
  parked_times_ += last_parked_ - begin_;
  asleep_.signal(wake::news);
}

void load_run::heard_one(std::uint32_t client, const heard_message& m) {
  if (!checker_) return;
  const auto message = checker_->delivered(client, m);
  if (!message) return;
  const instant now = loop_.now();
  const std::uint64_t us = microseconds_of(now - (begin_ + plan_[*message].at));
  deliver_.record(us);
  deliver_uncorrected_.record(microseconds_of(now - went_out_[*message]));
  seconds_.delivered(now, us);
  if (phase_ == phase::drain && checker_->is_all_delivered()) asleep_.signal(wake::news);
}

void load_run::stumbled(std::uint32_t, std::string_view why) {
  count_error(why);
  has_stumbled_since_ = true;
  if (phase_ == phase::ramp_up) asleep_.signal(wake::news);
}

void load_run::turned_away(std::uint32_t client) {
  if (phase_ == phase::ramp_up) {
    fail("the token file does not fit " + stage_.url() + ": " + people_[client].name +
         " is not signed in there");
  } else {
    count_error("a session ended in mid-run");
  }
}

void load_run::left(std::uint32_t) {
  ++left_;
  left_times_ += loop_.now() - begin_;
  asleep_.signal(wake::news);
}

// --- what the senders say ----------------------------------------------------------------------

std::string load_run::request_of(std::uint32_t message) {
  const planned_message& m = plan_[message];
  const room& r = rooms_[m.room];
  const std::uint32_t other = r.members[0] == m.sender ? r.members[1] : r.members[0];
  return client_requests::send(crowd_.host, people_[m.sender].token, r.is_group,
                               r.is_group ? r.party : users_[other],
                               marks_.text(message, options_.text_bytes), marks_.cid(message));
}

void load_run::going_out(std::uint32_t message) {
  if (went_out_[message] == instant{}) went_out_[message] = loop_.now();
}

void load_run::answered(std::uint32_t message, const http_answer& a) {
  const instant now = loop_.now();
  json::error_code ec;
  const json::value body = json::parse(a.body, ec);
  if (a.status == 200 || a.status == 201) {
    const json::value* id = !ec && body.is_object() ? body.get_object().if_contains("id") : nullptr;
    if (id && id->is_number()) {
      checker_->acknowledged(message, id->to_number<change_id>());
      ack_.record(microseconds_of(now - (begin_ + plan_[message].at)));
      ack_uncorrected_.record(microseconds_of(now - went_out_[message]));
      seconds_.acknowledged(now);
      return;
    }
  }
  const std::string why =
      "status " + std::to_string(a.status) + " " + std::string(a.body.substr(0, 200));
  checker_->refused(message, why);
  count_error(why);
}

void load_run::send_stumbled(std::string_view why) {
  count_error(why);
  has_stumbled_since_ = true;
}

// --- the outcome -------------------------------------------------------------------------------

void load_run::count_error(std::string_view why) {
  ++errors_;
  last_error_ = why;
  seconds_.error(loop_.now());
}

void load_run::fail(std::string why) {
  if (failure_.empty()) failure_ = std::move(why);
  asleep_.signal(wake::closing);
}

sim::run load_run::result() {
  sim::run r;
  r.transport = name_of(way_.how);
  if (way_.how == transport::short_poll) {
    r.poll_interval_s = std::chrono::duration<double>(way_.poll_interval).count();
  }
  r.clients = people_.size();
  r.duration_s = steady_s_;
  r.was_cut = was_cut_;
  if (checker_) {
    r.counts = checker_->counts();
    r.first_case = checker_->first_case();
  }
  if (!server_ended_.empty()) r.first_case = server_ended_;
  r.latency_us = {ack_.summary(), deliver_.summary(), ack_uncorrected_.summary(),
                  deliver_uncorrected_.summary(), deliver_.curve()};
  const double delivered = static_cast<double>(r.counts.delivered);
  wire_use& w = r.wire;
  w.requests = counted_.requests;
  w.connections = counted_.connections;
  w.app_bytes_sent = counted_.bytes_sent;
  w.app_bytes_received = counted_.bytes_received;
  w.segments = counted_.tcp.segments;
  w.retransmitted = counted_.tcp.retransmitted;
  w.wire_bytes = counted_.bytes_sent + counted_.bytes_received + counted_.tcp.head_bytes +
                 counted_.tcp.again_bytes;
  if (delivered > 0) w.wire_bytes_per_message = static_cast<double>(w.wire_bytes) / delivered;
  if (stage_.is_ours()) {
    server_use& s = r.server;
    s.cpu_s = std::max(0.0, at_end_.cpu_s - at_begin_.cpu_s);
    s.rss_idle_bytes = idle_.rss_anon_bytes;
    s.rss_parked_bytes = at_begin_.rss_anon_bytes;
    s.rss_bytes_per_client =
        (static_cast<double>(s.rss_parked_bytes) - static_cast<double>(s.rss_idle_bytes)) /
        static_cast<double>(r.clients);
    if (at_end_.written_bytes > at_begin_.written_bytes) {
      s.bytes_written = at_end_.written_bytes - at_begin_.written_bytes;
    }
    if (delivered > 0) s.cpu_us_per_delivery = s.cpu_s * 1e6 / delivered;
    if (r.counts.acknowledged > 0) {
      s.bytes_written_per_message =
          static_cast<double>(s.bytes_written) / static_cast<double>(r.counts.acknowledged);
    }
  }
  r.generator.cpu_percent = own_cpu_percent_;
  r.generator.slip_p99_us = slip_.at(0.99);
  r.generator.valid = r.generator.slip_p99_us < slip_max_us;
  r.seconds = seconds_.take(loop_.now());
  listening_s_ = seconds_of(left_times_ - parked_times_) /
                 static_cast<double>(std::max<std::size_t>(parked_, 1));
  return r;
}

}  // namespace lingerd::sim
