#include "core/base/coverage.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/refusals.hpp"
#include "core/base/text.hpp"
#include "core/chat/event_json.hpp"
#include "http/api/api.hpp"
#include "http/protocol/field_reader.hpp"

// Signing in and out, the sessions, the account.
namespace lingerd::api {
namespace {

using json_writer::number;

refusal wrong() { return {error::not_signed_in, "the name or the password is wrong"}; }

response slow_down(std::chrono::seconds wait, std::string_view message) {
  response r = refuse(error::too_many, message);
  r.fields += "Retry-After: " + std::to_string(wait.count()) + "\r\n";
  return r;
}

void append_me(std::string& out, const person& me) {
  event_json::user_open(out, me);
  out += R"(,"admin":)";
  json_writer::boolean(out, me.admin);
  out += '}';
}

task<response> do_sign_in(app_context& app, std::string name, std::string password,
                          std::string peer) {
  const std::string folded = fold(name);
  const person* p = app.chat.directory().user_named(name);
  const user_id user = p && !p->disabled ? p->id : 0;
  // Counts as failed until the outcome is known: many at once are no way around the limit.
  app.rate_limits.begin_sign_in(folded, peer);
  // Also where there is no such account: the time of the store's answer must not tell.
  result<std::string> stored = co_await app.chat.password_hash(user);
  if (!stored) {
    app.rate_limits.cancel_sign_in(folded, peer);
    co_return refuse(stored.error());
  }
  std::string hash = *stored;
  const result<bool> same = co_await app.passwords.verify(std::move(hash), std::move(password));
  if (!same) {
    app.rate_limits.cancel_sign_in(folded, peer);
    co_return refuse(same.error());
  }
  if (!*same) co_return refuse(wrong());
  app.rate_limits.confirm_sign_in(folded, peer);
  sessions& open = app.chat.sessions();
  if (open.is_crowded(user)) co_return refuse(error::overloaded, "too many sign-ins at once");
  const sessions::opening counted(open, user);
  const std::string token = make_token(app.entropy);
  open_session opening;
  opening.user = user;
  opening.hash = *hash_of_token(token);
  opening.now = app.chat.wall().now;
  opening.verified = std::move(*stored);
  // A user that has all the sessions of the limit loses the oldest.
  opening.ending = open.surplus(user);
  if (!opening.ending.empty()) coverage::hit(coverage::branch::sessions_full);
  change c = opening;
  const result<applied> opened = co_await app.chat.commit(std::move(c));
  if (!opened) {
    // Disabled or removed meanwhile: the same refusal as for a wrong password.
    const bool gone =
        opened.error().code == error::not_found || opened.error().code == error::not_signed_in;
    co_return refuse(gone ? wrong() : opened.error());
  }
  response r;
  r.body = R"({"token":")";
  r.body += token;
  r.body += R"(","me":)";
  append_me(r.body, *app.chat.directory().user(user));
  r.body += '}';
  r.fields = session_cookie(app, token);
  co_return r;
}

task<response> do_change_password(app_context& app, lingerd::caller caller, std::string peer,
                                  std::string old_password, std::string new_password) {
  const std::string folded = fold(app.chat.directory().user(caller.user)->name);
  app.rate_limits.begin_sign_in(folded, peer);
  result<std::string> stored = co_await app.chat.password_hash(caller.user);
  if (!stored) {
    app.rate_limits.cancel_sign_in(folded, peer);
    co_return refuse(stored.error());
  }
  std::string hash = *stored;
  const result<bool> same = co_await app.passwords.verify(std::move(hash), std::move(old_password));
  if (!same) {
    app.rate_limits.cancel_sign_in(folded, peer);
    co_return refuse(same.error());
  }
  if (!*same) co_return refuse(error::forbidden, "the old password is wrong");
  app.rate_limits.confirm_sign_in(folded, peer);
  result<std::string> fresh = co_await app.passwords.hash(std::move(new_password));
  if (!fresh) co_return refuse(fresh.error());
  set_password set;
  set.user = caller.user;
  set.password_hash = std::move(*fresh);
  set.keep = caller.session;
  set.verified = std::move(*stored);
  change c = std::move(set);
  const result<applied> a = co_await app.chat.commit(std::move(c));
  if (!a) co_return refuse(a.error());
  co_return no_content();
}

}  // namespace

std::string session_cookie(const app_context& app, std::string_view token) {
  std::string out = "Set-Cookie: linger=";
  out += token;
  out += "; HttpOnly; SameSite=Strict; Path=/";
  if (token.empty()) {
    out += "; Max-Age=0";
  } else {
    out += "; Max-Age=";
    number(out, std::chrono::seconds(app.chat.bounds().session_life).count());
  }
  if (app.options.public_url.starts_with("https://")) out += "; Secure";
  out += "\r\n";
  return out;
}

reply sign_in(request_context& c) {
  field_reader fields(c.body);
  std::string name = fields.text("name");
  std::string password = fields.text("password");
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  const std::string peer = c.stream.peer();
  const auto wait = c.app.rate_limits.sign_in_wait(fold(name), peer);
  if (wait.count() > 0) return slow_down(wait, "too many failed sign-ins; wait a little");
  if (password.size() > c.app.chat.bounds().password_bytes_max) return refuse(wrong());
  if (name.size() > c.app.chat.bounds().name_bytes) return refuse(wrong());
  return do_sign_in(c.app, std::move(name), std::move(password), peer);
}

reply sign_out(request_context& c) {
  lingerd::end_session gone;
  gone.hash = c.caller.session;
  return commit_and_answer(c.app.chat, change(gone), [&app = c.app](const applied&) {
    response r = no_content();
    r.fields = session_cookie(app, {});
    return r;
  });
}

reply list_sessions(request_context& c) {
  response r;
  r.body = R"({"sessions":[)";
  for (const session_row& s : c.app.chat.sessions().sessions_of(c.caller.user)) {
    if (r.body.back() != '[') r.body += ',';
    r.body += R"({"id":)";
    number(r.body, s.id);
    r.body += R"(,"created":)";
    json_writer::timestamp(r.body, s.created);
    r.body += R"(,"used":)";
    json_writer::timestamp(r.body, s.used);
    r.body += R"(,"current":)";
    json_writer::boolean(r.body, s.hash == c.caller.session);
    r.body += '}';
  }
  r.body += "]}";
  return r;
}

reply end_session(request_context& c) {
  for (const session_row& s : c.app.chat.sessions().sessions_of(c.caller.user)) {
    if (s.id != c.path_numbers[0]) continue;
    lingerd::end_session gone;
    gone.hash = s.hash;
    return commit_and_answer(c.app.chat, change(gone));
  }
  return refuse(refusals::no_such_session());
}

reply edit_me(request_context& c) {
  field_reader fields(c.body);
  set_display set;
  set.user = c.caller.user;
  set.display = fields.text("display");
  fields.refuse_unless(is_title(set.display, c.app.chat.bounds().display_bytes), error::bad_name,
                       "this display name will not do");
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  chat& chat = c.app.chat;
  return commit_and_answer(chat, change(std::move(set)),
                           [&chat, user = c.caller.user](const applied&) {
                             response r;
                             append_me(r.body, *chat.directory().user(user));
                             return r;
                           });
}

reply change_password(request_context& c) {
  const limits& bounds = c.app.chat.bounds();
  field_reader fields(c.body);
  std::string old_password = fields.text("old");
  std::string new_password = fields.text("new");
  fields.refuse_unless(new_password.size() >= bounds.password_bytes_min, error::weak_password,
                       "a password has at least 8 characters");
  fields.refuse_unless(new_password.size() <= bounds.password_bytes_max &&
                           old_password.size() <= bounds.password_bytes_max,
                       error::weak_password, "a password has at most 1,024 bytes");
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  // A guess of the old password counts as a failed sign-in.
  const std::string& name = c.app.chat.directory().user(c.caller.user)->name;
  const std::string peer = c.stream.peer();
  const auto wait = c.app.rate_limits.sign_in_wait(fold(name), peer);
  if (wait.count() > 0) return slow_down(wait, "too many failed attempts; wait a little");
  return do_change_password(c.app, c.caller, peer, std::move(old_password),
                            std::move(new_password));
}

}  // namespace lingerd::api
