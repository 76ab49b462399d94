#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

namespace lingerd {

// Runs administration commands on a folder: in its server if one runs, else here, with the server
// kept out meanwhile by the folder's lock. The same code does them either way.
class control_client {
 public:
  // Throws std::runtime_error with a sentence for a person.
  explicit control_client(std::filesystem::path folder);
  ~control_client();
  control_client(const control_client&) = delete;
  control_client& operator=(const control_client&) = delete;

  boost::json::object run(boost::json::object command);

 private:
  struct direct;
  boost::json::object ask_server(const boost::json::object& command);

  std::filesystem::path folder_;
  std::unique_ptr<direct> direct_;  // null: a server runs
};

// Runs one command and prints what it says; the exit code.
int run_and_print(const std::filesystem::path& folder, boost::json::object command);

// Prints a refusal; the exit code.
int print_refusal(const boost::json::object& answer);

}  // namespace lingerd
