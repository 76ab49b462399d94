#include "http/api/api.hpp"

#include "http/api/page.hpp"

namespace lingerd::api {

task<response> committed(chat& chat, change what, std::function<response(const applied&)> say) {
  const result<applied> a = co_await chat.commit(std::move(what));
  if (!a) co_return refuse(a.error());
  co_return say(*a);
}

task<response> committed(chat& chat, change what) {
  const result<applied> a = co_await chat.commit(std::move(what));
  if (!a) co_return refuse(a.error());
  co_return no_content();
}

reply health(request_context&) {
  response r(200, "ok");
  r.type = "text/plain; charset=utf-8";
  return r;
}

reply index(request_context& c) { return c.in.page.index(c.request); }

}  // namespace lingerd::api
