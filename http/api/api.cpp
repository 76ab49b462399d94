#include "http/api/api.hpp"

#include "http/api/page.hpp"

namespace lingerd::api {

task<response> commit_and_answer(chat& chat, change change,
                                 std::function<response(const applied&)> make_answer) {
  const result<applied> outcome = co_await chat.commit(std::move(change));
  if (!outcome) co_return refuse(outcome.error());
  co_return make_answer(*outcome);
}

task<response> commit_and_answer(chat& chat, change change) {
  const result<applied> outcome = co_await chat.commit(std::move(change));
  if (!outcome) co_return refuse(outcome.error());
  co_return no_content();
}

reply health(request_context&) {
  response r(200, "ok");
  r.type = "text/plain; charset=utf-8";
  return r;
}

reply index(request_context& c) { return c.app.page.index(c.request); }

}  // namespace lingerd::api
