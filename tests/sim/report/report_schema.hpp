#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace lingerd::world_tests {

// Checks a value against a JSON schema, as far as bench/report.schema.json needs it: type,
// required, properties, items, enum, minimum, minItems, maxItems, $ref. Any other keyword that
// would check something is itself an error, so that the schema holds no rule that is not checked.
class schema_check {
 public:
  explicit schema_check(boost::json::value schema) : root_(std::move(schema)) {}

  // The errors, one sentence each; empty if the value fits.
  std::vector<std::string> errors(const boost::json::value& v) {
    errors_.clear();
    check(root_, v, "report");
    return errors_;
  }

 private:
  using value = boost::json::value;

  static bool has_type(const value& v, std::string_view type) {
    if (type == "object") return v.is_object();
    if (type == "array") return v.is_array();
    if (type == "string") return v.is_string();
    if (type == "boolean") return v.is_bool();
    if (type == "null") return v.is_null();
    if (type == "number") return v.is_number();
    if (type == "integer") return v.is_int64() || v.is_uint64();
    return false;
  }

  void add_error(const std::string& path, const std::string& problem) {
    errors_.push_back(path + " " + problem);
  }

  const value& resolved(const value& schema) const {
    const value* ref = schema.as_object().if_contains("$ref");
    if (!ref) return schema;
    constexpr std::string_view prefix = "#/$defs/";
    const std::string name(ref->as_string());
    return root_.at("$defs").at(std::string_view(name).substr(prefix.size()));
  }

  void check(const value& unresolved, const value& v, const std::string& path) {
    const value& schema = resolved(unresolved);
    for (const auto& [key, rule] : schema.as_object()) {
      if (key == "type") {
        bool fits = false;
        if (rule.is_array()) {
          for (const value& one : rule.as_array()) fits |= has_type(v, one.as_string());
        } else {
          fits = has_type(v, rule.as_string());
        }
        if (!fits) add_error(path, "is not of type " + boost::json::serialize(rule));
      } else if (key == "required") {
        for (const value& name : rule.as_array()) {
          if (v.is_object() && !v.as_object().contains(name.as_string())) {
            add_error(path, "has no " + std::string(name.as_string()));
          }
        }
      } else if (key == "properties") {
        for (const auto& [name, of] : rule.as_object()) {
          const value* member = v.is_object() ? v.as_object().if_contains(name) : nullptr;
          if (member) check(of, *member, path + "." + std::string(name));
        }
      } else if (key == "items") {
        if (!v.is_array()) continue;
        std::size_t i = 0;
        for (const value& one : v.as_array()) {
          check(rule, one, path + "[" + std::to_string(i++) + "]");
        }
      } else if (key == "enum") {
        bool fits = false;
        for (const value& one : rule.as_array()) fits |= one == v;
        if (!fits) add_error(path, "is none of " + boost::json::serialize(rule));
      } else if (key == "minimum") {
        if (v.is_number() && v.to_number<double>() < rule.to_number<double>()) {
          add_error(path, "is below " + boost::json::serialize(rule));
        }
      } else if (key == "minItems" || key == "maxItems") {
        const auto n = rule.to_number<std::size_t>();
        const std::size_t size = v.is_array() ? v.as_array().size() : n;
        if (key == "minItems" ? size < n : size > n) add_error(path, "has the wrong length");
      } else if (key != "$schema" && key != "title" && key != "description" && key != "$defs") {
        add_error(path, "has a rule that nobody checks: " + std::string(key));
      }
    }
  }

  value root_;
  std::vector<std::string> errors_;
};

}  // namespace lingerd::world_tests
