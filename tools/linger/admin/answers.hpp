#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "core/chat/chat.hpp"

// What an administration command answers.
namespace lingerd {

boost::json::object refused(const refusal& r);
boost::json::object refused(error code, std::string message);

// The lines that the command prints.
boost::json::object lines_answer(boost::json::array lines);
boost::json::object line_answer(const std::string& line);

// Commits one change; answers `line`, or the refusal.
task<boost::json::object> commit_and_answer(chat& chat, change c, std::string line);

}  // namespace lingerd
