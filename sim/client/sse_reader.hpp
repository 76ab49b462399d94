#pragma once

#include <string>
#include <string_view>

namespace lingerd::sim {

// Bytes → Server-Sent Events, as EventSource reads them: lines end in LF, CR or CRLF, a line that
// begins with a colon is a comment, an empty one ends an event; without data there is none.
class sse_reader {
 public:
  enum class got { event, need_more };

  // Takes the next event off the front of `bytes`.
  got next(std::string_view& bytes);

  const std::string& data() const { return data_; }
  const std::string& name() const { return name_; }        // empty: "message"
  const std::string& last_id() const { return last_id_; }  // stays until another comes

 private:
  bool end_line();  // true: an event is whole
  void field(std::string_view name, std::string_view value);

  std::string line_;
  bool after_cr_ = false;
  bool is_told_ = false;  // the event at hand was given out
  bool has_data_ = false;
  std::string data_;
  std::string name_;
  std::string last_id_;
};

}  // namespace lingerd::sim
