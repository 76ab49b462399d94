#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <memory>

#include "tools/linger/owner_rights.hpp"

namespace lingerd {

// Runs administration commands on a data folder, blocking: through the admin socket of its server
// where one runs, otherwise in this process, which then holds the folder's lock for the object's
// lifetime, so that no server starts meanwhile. Both ways run the same code.
class admin_client {
 public:
  // Opens the folder, or creates it. Throws std::runtime_error with a sentence for the user, as
  // run() does.
  explicit admin_client(std::filesystem::path folder);
  ~admin_client();
  admin_client(const admin_client&) = delete;
  admin_client& operator=(const admin_client&) = delete;

  boost::json::object run(boost::json::object command);

 private:
  struct direct;
  boost::json::object ask_server(const boost::json::object& command);

  std::filesystem::path folder_;
  owner_rights rights_;
  std::unique_ptr<direct> direct_;  // null: another process has the lock
};

// Runs one command and prints its lines, or its refusal on stderr. Returns the exit code.
int run_and_print(const std::filesystem::path& folder, boost::json::object command);

// Prints a refusal on stderr. Returns the exit code.
int print_refusal(const boost::json::object& answer);

}  // namespace lingerd
