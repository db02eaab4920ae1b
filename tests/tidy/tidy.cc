#include "tests/tidy/tidy.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace portage::tidy {
namespace {

// One library, one door: where a third-party header may be included.
struct Door {
  std::string_view header;               // a prefix of what stands between < and >
  std::vector<std::string_view> places;  // prefixes of paths
};
const std::vector<Door>& doors() {
  static const std::vector<Door> kDoors = {
      {"rapidjson/", {"gateway/format/json"}},
      {"libxml/", {"gateway/format/xml", "gateway/schema/xsd"}},
      {"unicode/", {"gateway/format/charset", "gateway/mapping/unicode", "gateway/schema/idna"}},
      {"sqlite3", {"gateway/ledger/sqlite/"}},
      {"boost/", {"gateway/http/"}},
      {"openssl/", {"gateway/security/", "gateway/http/", "connectors/pretend/"}},
      {"toml++/", {"gateway/format/toml"}},
      {"re2/", {"gateway/schema/", "gateway/mapping/"}},
      {"CLI/", {"gateway/cli/", "gateway/main_cli.cc"}},
      {"date/", {"gateway/base/time.cc"}},
  };
  return kDoors;
}

constexpr std::size_t kLines = 400;
constexpr std::size_t kColumns = 110;  // the formatter keeps 100; a comment may stand out a little

std::string room_of(const std::string& path) {
  constexpr std::string_view kTop = "gateway/";
  if (!path.starts_with(kTop)) return {};
  const std::size_t slash = path.find('/', kTop.size());
  return slash == std::string::npos ? std::string() : path.substr(kTop.size(), slash - kTop.size());
}

// What a connector may see of the gateway.
const std::set<std::string>& connector_rooms() {
  static const std::set<std::string> kRooms = {"base", "observe", "record", "connector", "http"};
  return kRooms;
}
// The pretend partners stand at the other end of the wire and are tools, not connectors.
const std::set<std::string>& pretend_rooms() {
  static const std::set<std::string> kRooms = {"base", "record", "format", "http", "security"};
  return kRooms;
}

}  // namespace

std::map<std::string, Room> read_rooms(const std::string& cmake,
                                       std::vector<std::string>& problems) {
  std::map<std::string, Room> rooms;
  std::size_t at = 0;
  while ((at = cmake.find("portage_room(", at)) != std::string::npos) {
    const bool comment =
        cmake.rfind('#', at) != std::string::npos && cmake.rfind('#', at) > cmake.rfind('\n', at);
    const std::size_t close = cmake.find(')', at);
    const std::string inside = cmake.substr(at + 13, close - at - 13);
    at = close;
    if (comment) continue;
    std::istringstream words(inside);
    std::string name, word;
    int layer = 0;
    words >> name >> layer;
    if (name == "name" || layer == 0) {
      if (name != "base") continue;  // the function's own definition
    }
    Room room{layer, {}};
    bool naming = false;
    while (words >> word) {
      if (word == "ROOMS")
        naming = true;
      else if (word == "LIBS")
        naming = false;
      else if (naming)
        room.rooms.insert(word);
    }
    rooms[name] = room;
  }
  for (const auto& [name, room] : rooms) {
    for (const std::string& other : room.rooms) {
      const auto found = rooms.find(other);
      if (found == rooms.end()) {
        problems.push_back("gateway/CMakeLists.txt: " + name + " names the unknown room " + other);
      } else if (found->second.layer >= room.layer) {
        problems.push_back("gateway/CMakeLists.txt: " + name + " (layer " +
                           std::to_string(room.layer) + ") may not include " + other + " (layer " +
                           std::to_string(found->second.layer) + ")");
      }
    }
  }
  return rooms;
}

std::vector<std::string> check_file(const std::string& path, const std::string& text,
                                    const std::map<std::string, Room>& rooms) {
  std::vector<std::string> problems;
  const std::string room = room_of(path);
  const bool connector = path.starts_with("connectors/");
  std::istringstream in(text);
  std::string line;
  std::size_t number = 0;
  const auto problem = [&](const std::string& what) {
    problems.push_back(path + ":" + std::to_string(number) + ": " + what);
  };
  while (std::getline(in, line)) {
    ++number;
    const auto code_points = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    // A sentence in a literal is not cut.
    if (static_cast<std::size_t>(code_points) > kColumns && line.find('"') == std::string::npos) {
      problem("longer than " + std::to_string(kColumns) + " columns");
    }
    for (const std::string_view word : {"class ", "struct "}) {
      if (!line.starts_with(word)) continue;
      const std::string name =
          line.substr(word.size(), line.find_first_of(" ;{:", word.size()) - word.size());
      for (const std::string_view bad : {"Manager", "Helper", "Util", "Impl", "Common"}) {
        // Service managers and service system managers are who this product is for.
        const bool of_the_field =
            name.ends_with("ServiceManager") || name.ends_with("SystemManager");
        if (name.ends_with(bad) && !of_the_field) problem("the name " + name + " says nothing");
      }
    }
    if (!line.starts_with("#include")) continue;
    const std::size_t open = line.find_first_of("<\"");
    if (open == std::string::npos) continue;
    const std::string header =
        line.substr(open + 1, line.find_first_of(">\"", open + 1) - open - 1);
    if (line[open] == '<') {
      for (const Door& door : doors()) {
        if (!header.starts_with(door.header)) continue;
        const bool here =
            std::any_of(door.places.begin(), door.places.end(),
                        [&](std::string_view place) { return path.starts_with(place); });
        if (!here) problem("<" + header + "> is not included here: that library has another door");
      }
      continue;
    }
    const std::string other = room_of(header);
    if (!room.empty() && !other.empty() && other != room) {
      const auto mine = rooms.find(room);
      if (mine == rooms.end()) {
        problem("the room " + room + " has no line in gateway/CMakeLists.txt");
      } else if (!mine->second.rooms.contains(other)) {
        problem(room + " may not include " + header);
      }
    }
    if (!room.empty() && header.starts_with("connectors/") && room != "daemon") {
      problem(room + " may not know a connector");
    }
    if (connector && !other.empty()) {
      const auto& allowed =
          path.starts_with("connectors/pretend/") ? pretend_rooms() : connector_rooms();
      if (!allowed.contains(other)) problem("a connector may not include " + header);
    }
  }
  if (number > kLines)
    problem("longer than " + std::to_string(kLines) + " lines: does it hold one thing?");
  if (path.ends_with(".h") && !text.starts_with("//")) {
    number = 1;
    problem("a header opens with what it is");
  }
  return problems;
}

}  // namespace portage::tidy
