#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/ids.hpp"

// Readers of the fields of one request, for a handler that names its fields one after the other and
// looks for a refusal once, at the end:
//
//   field_reader fields(body);
//   const std::string name = fields.text("name");
//   const std::optional<std::string> brief = fields.optional_text("brief");
//   fields.refuse_unless(is_title(name, bytes_max), error::bad_name, "…");
//   if (const refusal* refused = fields.refused()) return refuse(*refused);
//
// A reader lives on the stack of the handler; it refers to the request, and owns nothing of it.
// Invariants: the first refusal stays, whatever is read or checked after it; after a refusal every
// field has its type's default value, and the request is not looked at. Nothing is allocated but
// the values that are handed out, and a refusal's text.
namespace lingerd {

// The first refusal of a sequence of reads and checks.
class first_refusal {
 public:
  // Null while nothing is refused.
  const refusal* refused() const { return refused_ ? &*refused_ : nullptr; }

  // Both do nothing after a refusal.
  void refuse(refusal reason) {
    if (!refused_) refused_.emplace(std::move(reason));
  }
  void refuse_unless(bool condition, error code, std::string_view text) {
    if (!condition && !refused_) refused_.emplace(code, std::string(text));
  }

  // The value of a result; for a refusal, which is kept, the default value.
  template <class T>
  T take(result<T> checked) {
    if (checked) return std::move(*checked);
    refuse(std::move(checked).error());
    return T();
  }

 private:
  std::optional<refusal> refused_;
};

// The fields of a JSON object. A field of a wrong type is a bad_request that names it, and so is a
// required field that is absent or null. Unknown fields are ignored.
class field_reader : public first_refusal {
 public:
  explicit field_reader(const boost::json::object& object) : object_(object) {}

  std::string text(std::string_view name);
  // None if absent or null.
  std::optional<std::string> optional_text(std::string_view name);

  // A whole number from 0; a string of digits counts as one.
  std::uint64_t number(std::string_view name);
  std::optional<std::uint64_t> optional_number(std::string_view name);

  // False if absent or null.
  bool flag(std::string_view name);
  // A list of users' ids, an id too large for any user as 0; empty if absent or null.
  std::vector<user_id> users(std::string_view name);

  // The conversation of `reader` that "type" ("single" or "group") and the number in `name` stand
  // for. not_found for a number that no party can have.
  lingerd::conversation conversation(std::string_view name, user_id reader);

  // The value of a field that none of the above describes. Null if absent, null or after a refusal.
  const boost::json::value* find(std::string_view name) const;

 private:
  const boost::json::object& object_;
};

// The fields of a query or a form, percent-decoded.
class query_reader : public first_refusal {
 public:
  // `form` ("after=3&wait=25") outlives the reader.
  explicit query_reader(std::string_view form) : form_(form) {}

  // A bad_request if absent. Empty if malformed.
  std::string text(std::string_view name);

  // Digits alone; anything else is a bad_request. What does not fit counts as the largest.
  std::uint64_t number(std::string_view name);
  std::optional<std::uint64_t> optional_number(std::string_view name);

 private:
  const std::string_view form_;
};

}  // namespace lingerd
