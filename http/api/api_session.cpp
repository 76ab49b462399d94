#include "core/base/coverage.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"
#include "core/chat/event_json.hpp"
#include "http/api/api.hpp"
#include "http/protocol/field_reader.hpp"

// Signing in and out, the sessions, the account.
namespace lingerd::api {
namespace {

using json_writer::number;

refusal wrong() { return {error::not_signed_in, "the name or the password is wrong"}; }

response slow_down(std::chrono::seconds wait, std::string_view what) {
  response r = refuse(error::too_many, what);
  r.fields += "Retry-After: " + std::to_string(wait.count()) + "\r\n";
  return r;
}

void append_me(std::string& out, const person& me) {
  event_json::user_open(out, me);
  out += R"(,"admin":)";
  json_writer::boolean(out, me.admin);
  out += '}';
}

task<response> do_sign_in(app_context& in, std::string name, std::string password,
                          std::string peer) {
  const std::string folded = fold(name);
  const person* p = in.chat.directory().user_named(name);
  const user_id user = p && !p->disabled ? p->id : 0;
  // Counts as failed until it is known better: many at once are no way around the limit.
  in.rate_limits.begin_sign_in(folded, peer);
  // Also for nobody: the store's answer takes its time, too.
  result<std::string> stored = co_await in.chat.password_hash(user);
  if (!stored) {
    in.rate_limits.cancel_sign_in(folded, peer);
    co_return refuse(stored.error());
  }
  std::string hash = *stored;
  const result<bool> same = co_await in.passwords.verify(std::move(hash), std::move(password));
  if (!same) {
    in.rate_limits.cancel_sign_in(folded, peer);
    co_return refuse(same.error());
  }
  if (!*same) co_return refuse(wrong());
  in.rate_limits.confirm_sign_in(folded, peer);
  sessions& open = in.chat.sessions();
  if (open.is_crowded(user)) co_return refuse(error::overloaded, "too many sign-ins at once");
  const sessions::opening here(open, user);
  const std::string token = make_token(in.entropy);
  open_session opening;
  opening.user = user;
  opening.hash = *hash_of_token(token);
  opening.now = in.chat.wall().now;
  opening.verified = std::move(*stored);
  // Where he has as many sessions as he may, the oldest go.
  opening.ending = open.surplus(user);
  if (!opening.ending.empty()) coverage::hit(coverage::branch::sessions_full);
  change c = opening;
  const result<applied> opened = co_await in.chat.commit(std::move(c));
  if (!opened) {
    // Disabled or removed meanwhile: the same words as for a wrong password.
    const bool gone =
        opened.error().code == error::not_found || opened.error().code == error::not_signed_in;
    co_return refuse(gone ? wrong() : opened.error());
  }
  response r;
  r.body = R"({"token":")";
  r.body += token;
  r.body += R"(","me":)";
  append_me(r.body, *in.chat.directory().user(user));
  r.body += '}';
  r.fields = session_cookie(in, token);
  co_return r;
}

task<response> do_change_password(app_context& in, caller who, std::string peer,
                                  std::string old_password, std::string new_password) {
  const std::string folded = fold(in.chat.directory().user(who.user)->name);
  in.rate_limits.begin_sign_in(folded, peer);
  result<std::string> stored = co_await in.chat.password_hash(who.user);
  if (!stored) {
    in.rate_limits.cancel_sign_in(folded, peer);
    co_return refuse(stored.error());
  }
  std::string hash = *stored;
  const result<bool> same = co_await in.passwords.verify(std::move(hash), std::move(old_password));
  if (!same) {
    in.rate_limits.cancel_sign_in(folded, peer);
    co_return refuse(same.error());
  }
  if (!*same) co_return refuse(error::forbidden, "the old password is wrong");
  in.rate_limits.confirm_sign_in(folded, peer);
  result<std::string> fresh = co_await in.passwords.hash(std::move(new_password));
  if (!fresh) co_return refuse(fresh.error());
  set_password set;
  set.user = who.user;
  set.password_hash = std::move(*fresh);
  set.keep = who.session;
  set.verified = std::move(*stored);
  change c = std::move(set);
  const result<applied> a = co_await in.chat.commit(std::move(c));
  if (!a) co_return refuse(a.error());
  co_return no_content();
}

}  // namespace

std::string session_cookie(const app_context& in, std::string_view token) {
  std::string out = "Set-Cookie: linger=";
  out += token;
  out += "; HttpOnly; SameSite=Strict; Path=/";
  if (token.empty()) {
    out += "; Max-Age=0";
  } else {
    out += "; Max-Age=";
    number(out, std::chrono::seconds(in.chat.bounds().session_life).count());
  }
  if (in.options.public_url.starts_with("https://")) out += "; Secure";
  out += "\r\n";
  return out;
}

reply sign_in(request_context& c) {
  field_reader fields(c.body);
  std::string name = fields.text("name");
  std::string password = fields.text("password");
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  const std::string peer = c.stream.peer();
  const auto wait = c.in.rate_limits.sign_in_wait(fold(name), peer);
  if (wait.count() > 0) return slow_down(wait, "too many failed sign-ins; wait a little");
  if (password.size() > c.in.chat.bounds().password_bytes_max) return refuse(wrong());
  if (name.size() > c.in.chat.bounds().name_bytes) return refuse(wrong());
  return do_sign_in(c.in, std::move(name), std::move(password), peer);
}

reply sign_out(request_context& c) {
  lingerd::end_session gone;
  gone.hash = c.who.session;
  return committed(c.in.chat, change(gone), [&in = c.in](const applied&) {
    response r = no_content();
    r.fields = session_cookie(in, {});
    return r;
  });
}

reply list_sessions(request_context& c) {
  response r;
  r.body = R"({"sessions":[)";
  for (const session_row& s : c.in.chat.sessions().sessions_of(c.who.user)) {
    if (r.body.back() != '[') r.body += ',';
    r.body += R"({"id":)";
    number(r.body, s.id);
    r.body += R"(,"created":)";
    json_writer::timestamp(r.body, s.created);
    r.body += R"(,"used":)";
    json_writer::timestamp(r.body, s.used);
    r.body += R"(,"current":)";
    json_writer::boolean(r.body, s.hash == c.who.session);
    r.body += '}';
  }
  r.body += "]}";
  return r;
}

reply end_session(request_context& c) {
  for (const session_row& s : c.in.chat.sessions().sessions_of(c.who.user)) {
    if (s.id != c.ids[0]) continue;
    lingerd::end_session gone;
    gone.hash = s.hash;
    return committed(c.in.chat, change(gone));
  }
  return refuse(error::not_found, "there is no such session");
}

reply edit_me(request_context& c) {
  field_reader fields(c.body);
  set_display set;
  set.user = c.who.user;
  set.display = fields.text("display");
  fields.refuse_unless(is_title(set.display, c.in.chat.bounds().display_bytes), error::bad_name,
                       "this display name will not do");
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  chat& chat = c.in.chat;
  return committed(chat, change(std::move(set)), [&chat, user = c.who.user](const applied&) {
    response r;
    append_me(r.body, *chat.directory().user(user));
    return r;
  });
}

reply change_password(request_context& c) {
  const limits& bounds = c.in.chat.bounds();
  field_reader fields(c.body);
  std::string old_password = fields.text("old");
  std::string new_password = fields.text("new");
  fields.refuse_unless(new_password.size() >= bounds.password_bytes_min, error::weak_password,
                       "a password has at least 8 characters");
  fields.refuse_unless(new_password.size() <= bounds.password_bytes_max &&
                           old_password.size() <= bounds.password_bytes_max,
                       error::weak_password, "a password has at most 1,024 bytes");
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  // Guessing the old one is guessing at the door.
  const std::string& name = c.in.chat.directory().user(c.who.user)->name;
  const std::string peer = c.stream.peer();
  const auto wait = c.in.rate_limits.sign_in_wait(fold(name), peer);
  if (wait.count() > 0) return slow_down(wait, "too many failed attempts; wait a little");
  return do_change_password(c.in, c.who, peer, std::move(old_password), std::move(new_password));
}

}  // namespace lingerd::api
