// The demonstration's folder: certificates, configuration and wires, all made anew. Everything
// stands in one folder that carries a mark; a folder without the mark is never deleted. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "gateway/base/result.h"

namespace portage::demo {

struct Place {
  std::string folder;  // absolute: "…/.demo"
  std::string source;  // of the project
  std::string socket;  // the operators' Unix socket

  std::string file(const std::string& name) const { return folder + "/" + name; }
  std::string log(const std::string& name) const { return folder + "/log/" + name + ".log"; }
};

// Deletes the old folder if it is ours, makes the new one. Errors: demo.folder.
base::Result<Place> make_place(const std::string& folder, const std::string& source);

// An authority and certificates of the gateway, the manager and the intake, by the openssl program.
// Gives the SHA-256 of each certificate's DER by name. Errors: demo.openssl.
base::Result<std::map<std::string, std::string>> make_certificates(const Place& place);

// Writes the configuration from the templates, with {{NAME}} filled in. Errors: demo.template.
base::Status write_config(const Place& place, const std::map<std::string, std::string>& values);

// A free port of 127.0.0.1: `wanted`, or any other; 0 if there is none.
std::uint16_t free_port(std::uint16_t wanted);

}  // namespace portage::demo
