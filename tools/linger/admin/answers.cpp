#include "tools/linger/admin/answers.hpp"

namespace lingerd {

namespace json = boost::json;

json::object refused(const refusal& r) {
  json::object answer;
  answer["refused"] = std::string(code_of(r.code));
  answer["message"] = r.message;
  return answer;
}

json::object refused(error code, std::string message) {
  return refused(refusal(code, std::move(message)));
}

json::object lines_answer(json::array lines) {
  json::object answer;
  answer["lines"] = std::move(lines);
  return answer;
}

json::object line_answer(const std::string& line) {
  json::array lines;
  lines.emplace_back(line);
  return lines_answer(std::move(lines));
}

task<json::object> commit_and_answer(chat& chat, change c, std::string line) {
  const result<applied> outcome = co_await chat.commit(std::move(c));
  if (!outcome) co_return refused(outcome.error());
  co_return line_answer(line);
}

}  // namespace lingerd
