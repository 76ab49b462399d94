#include "tools/linger/admin/admin_endpoint.hpp"

#include <boost/json/serialize.hpp>

#include "http/protocol/json_reader.hpp"

namespace lingerd {
namespace {

task<response> run_command(admin& admin, boost::json::object command) {
  const boost::json::object answer = co_await admin.run(std::move(command));
  co_return response(200, boost::json::serialize(answer));
}

}  // namespace

reply admin_endpoint::answer(const http_request& r, const byte_stream&) {
  auto command = json_reader::object(r.body, bounds_);
  if (!command) return refuse(command.error());
  return run_command(admin_, std::move(*command));
}

}  // namespace lingerd
