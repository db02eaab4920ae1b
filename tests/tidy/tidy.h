// The style guide as a test: layers, doors, lengths, names. Rules are functions over a file's text, so that
// each can be tested with planted faults.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace portage::tidy {

struct Room {
  int layer = 0;
  std::set<std::string> rooms;   // what it may include
};
// From the portage_room() lines of gateway/CMakeLists.txt. A room that names one of its own or a higher
// layer is a problem.
std::map<std::string, Room> read_rooms(const std::string& cmake, std::vector<std::string>& problems);

// `path` is relative to the top: "gateway/pipeline/read.cc", "connectors/http/in.cc".
std::vector<std::string> check_file(const std::string& path, const std::string& text,
                                    const std::map<std::string, Room>& rooms);

}  // namespace portage::tidy
