#include "sim/client/sse_reader.hpp"

namespace lingerd::sim {

sse_reader::status sse_reader::next(std::string_view& bytes) {
  if (is_returned_) {
    is_returned_ = has_data_ = false;
    data_.clear();
    name_.clear();
  }
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    const std::size_t end = bytes.find_first_of("\r\n");
    line_.append(bytes.substr(0, end));
    if (end == std::string_view::npos) {
      bytes = {};
      break;
    }
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (end_line()) {
      is_returned_ = true;
      return status::event;
    }
  }
  return status::need_more;
}

bool sse_reader::end_line() {
  if (line_.empty()) {
    if (has_data_) return true;
    name_.clear();
    return false;
  }
  const std::size_t colon = line_.find(':');
  if (colon != 0) {
    const std::string_view line = line_;
    std::string_view value;
    if (colon != std::string::npos) value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    field(line.substr(0, colon), value);
  }
  line_.clear();
  return false;
}

void sse_reader::field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (has_data_) data_ += '\n';
    has_data_ = true;
    data_ += value;
  } else if (name == "event") {
    name_ = value;
  } else if (name == "id") {
    last_id_ = value;
  }
}

}  // namespace lingerd::sim
