#include "http/api/api.hpp"

#include "http/api/page.hpp"

namespace lingerd::api {

task<response> committed(chat& talk, change what, std::function<response(const applied&)> say) {
  const result<applied> a = co_await talk.commit(std::move(what));
  if (!a) co_return refuse(a.error());
  co_return say(*a);
}

task<response> committed(chat& talk, change what) {
  const result<applied> a = co_await talk.commit(std::move(what));
  if (!a) co_return refuse(a.error());
  co_return no_content();
}

reply health(call&) {
  response r(200, "ok");
  r.type = "text/plain; charset=utf-8";
  return r;
}

reply index(call& c) { return c.in.files.index(c.request); }

}  // namespace lingerd::api
