#include "http/protocol/field_reader.hpp"

#include "http/protocol/json_reader.hpp"
#include "http/protocol/request.hpp"

namespace lingerd {
namespace {

refusal about(std::string_view name, std::string_view text) {
  return {error::bad_request, "\"" + std::string(name) + "\" " + std::string(text)};
}

}  // namespace

std::string field_reader::text(std::string_view name) {
  if (refused()) return {};
  return take(json_reader::text(object_, name));
}

std::optional<std::string> field_reader::optional_text(std::string_view name) {
  if (refused()) return {};
  return take(json_reader::optional_text(object_, name));
}

std::uint64_t field_reader::number(std::string_view name) {
  if (refused()) return 0;
  return take(json_reader::number(object_, name));
}

std::optional<std::uint64_t> field_reader::optional_number(std::string_view name) {
  if (refused()) return {};
  return take(json_reader::optional_number(object_, name));
}

bool field_reader::flag(std::string_view name) {
  const boost::json::value* value = find(name);
  if (!value) return false;
  if (value->is_bool()) return value->get_bool();
  refuse(about(name, "must be true or false"));
  return false;
}

std::vector<user_id> field_reader::users(std::string_view name) {
  if (refused()) return {};
  return take(json_reader::users(object_, name));
}

conversation field_reader::conversation(std::string_view name, user_id reader) {
  if (refused()) return {};
  return take(json_reader::conversation_of(object_, name, reader));
}

const boost::json::value* field_reader::find(std::string_view name) const {
  if (refused()) return nullptr;
  const boost::json::value* value =
      object_.if_contains(boost::json::string_view(name.data(), name.size()));
  return value && !value->is_null() ? value : nullptr;
}

std::string query_reader::text(std::string_view name) {
  if (refused()) return {};
  std::optional<std::string> value = value_of(form_, name);
  if (value) return std::move(*value);
  refuse(about(name, "is missing"));
  return {};
}

std::uint64_t query_reader::number(std::string_view name) {
  const std::optional<std::uint64_t> value = optional_number(name);
  if (!value && !refused()) refuse(about(name, "is missing"));
  return value.value_or(0);
}

std::optional<std::uint64_t> query_reader::optional_number(std::string_view name) {
  if (refused()) return {};
  const std::optional<std::string> value = value_of(form_, name);
  if (!value) return {};
  const std::optional<std::uint64_t> number = digits(*value);
  if (!number) refuse(about(name, "must be a whole number from 0"));
  return number;
}

}  // namespace lingerd
