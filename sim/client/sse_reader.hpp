#pragma once

#include <string>
#include <string_view>

namespace lingerd::sim {

// Parser of Server-Sent Events with the rules of EventSource: lines end in LF, CR or CRLF; a line
// that begins with a colon is a comment; an empty line ends an event; an event without data is
// dropped.
class sse_reader {
 public:
  enum class status { event, need_more };

  // Consumes `bytes` up to the end of the next event.
  status next(std::string_view& bytes);

  const std::string& data() const { return data_; }
  const std::string& name() const { return name_; }        // empty: "message"
  const std::string& last_id() const { return last_id_; }  // kept until another id comes

 private:
  bool end_line();  // true: an event is complete
  void field(std::string_view name, std::string_view value);

  std::string line_;
  bool after_cr_ = false;
  bool is_returned_ = false;  // the current event was returned by next()
  bool has_data_ = false;
  std::string data_;
  std::string name_;
  std::string last_id_;
};

}  // namespace lingerd::sim
