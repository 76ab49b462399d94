#pragma once

#include <string>

#include "core/chat/feed.hpp"

namespace lingerd {

// The events of a batch as the elements of a JSON array, separated by commas.
class event_list final : public event_sink {
 public:
  // Appends to `elements`, which outlives it.
  explicit event_list(std::string& elements) : elements_(elements) {}

  void add(change_id, std::string_view json) override {
    if (!elements_.empty()) elements_ += ',';
    elements_ += json;
  }
  std::size_t bytes() const override { return elements_.size(); }

 private:
  std::string& elements_;
};

}  // namespace lingerd
