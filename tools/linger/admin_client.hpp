#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

namespace lingerd {

// Runs administration commands on a folder: in its server if one runs, else here, with the server
// kept out meanwhile by the folder's lock. The same code does them either way.
class admin_client {
 public:
  // Throws std::runtime_error with a sentence for a person.
  explicit admin_client(std::filesystem::path folder);
  ~admin_client();
  admin_client(const admin_client&) = delete;
  admin_client& operator=(const admin_client&) = delete;

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
