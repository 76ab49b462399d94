#include "sim/world/check/response_checker.hpp"

#include <boost/json/parse.hpp>

namespace lingerd::sim {

namespace json = boost::json;

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

std::uint64_t us_of(instant t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(t).count());
}

void acknowledged(scene& in, attempt& a, const std::string& what, saying_by how,
                  const asker::reply& r, bool may_be_known) {
  // The tutorial's page is not told an id.
  const change_id id = how == saying_by::form ? a.id : id_in(r.body);
  if (a.id != id || id == 0) {
    in.broken(clause::kept, what + " was acknowledged as message " + text(id) +
                                "; what is stored is " + text(a.id));
  }
  const bool is_repetition = how == saying_by::json && r.status == 200;
  if (is_repetition && !may_be_known) {
    in.broken(clause::once, what + " was answered as a repetition, and was none");
  }
  if (!a.is_acknowledged) in.acks.record(us_of(in.now() - a.began));
  a.is_acknowledged = true;
  if (how == saying_by::form) in.count("acknowledged_by_form");
  if (how == saying_by::websocket) in.count("acknowledged_on_websocket");
}

void refused(scene& in, attempt& a, const std::string& what, saying_by how) {
  a.is_refused = true;
  if (a.id != 0) {
    in.broken(clause::honest, what + " was refused, and is stored as " + text(a.id));
  }
  const bool is_right =
      a.to.is_group() ? in.known.was_outside_since(a.from, a.to.group(), a.began)
                      : in.known.were_strangers_since(a.from, a.to.other_than(a.from), a.began);
  if (!is_right) in.broken(clause::allowed, what + " was refused, and was allowed");
  in.count("refused");
  if (how == saying_by::form) in.count("refused_by_form");
  if (how == saying_by::websocket) in.count("refused_on_websocket");
}

}  // namespace

change_id id_in(const std::string& body) {
  json::error_code ec;
  const json::value v = json::parse(body, ec);
  const json::object* const o = ec ? nullptr : v.if_object();
  const json::value* const id = o ? o->if_contains("id") : nullptr;
  return id && id->is_number() ? id->to_number<change_id>() : 0;
}

bool judge_message(scene& in, const std::string& who, std::uint32_t attempt, saying_by how,
                   const asker::reply& r, bool may_be_known) {
  sim::attempt& a = in.known.tried(attempt);
  const std::string what = who + "'s attempt " + text(attempt);
  switch (r.status) {
    case 200:
    case 201: acknowledged(in, a, what, how, r, may_be_known); return true;
    case 403:
    case 404: refused(in, a, what, how); return true;
    case 0:
    case 401:
    case 408:
    case 429:
    case 503:
    case 507: return false;
    default: not_expected(in, who, "say something", r); return true;
  }
}

void not_expected(scene& in, const std::string& who, const std::string& doing,
                  const asker::reply& r) {
  if (r.status == 0) return;
  in.broken(clause::allowed, who + " wanted to " + doing + " and was told " +
                                 text(static_cast<std::uint64_t>(r.status)) + " " +
                                 r.body.substr(0, 120));
}

}  // namespace lingerd::sim
