#include "connectors/pretend/demo/place.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "connectors/pretend/demo/child.h"
#include "gateway/base/text.h"
#include "gateway/security/digest.h"

namespace portage::demo {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::make_error;

constexpr const char* kMark = ".portage-demo";

base::Error trouble(std::string_view code, const std::string& file) {
  return make_error(ErrorKind::internal, code, {{"file", file}});
}

bool write(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  return static_cast<bool>(out.flush());
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Held as long as this process lives: two demonstrations in one folder would spoil each other.
bool lock(const std::string& mark) {
  const int fd = open(mark.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

// What `openssl req -x509` is to write into a certificate.
std::string request_config(const std::string& name, bool authority) {
  std::string out =
      "[req]\ndistinguished_name = dn\nprompt = no\nx509_extensions = ext\n[dn]\nCN = " + name +
      "\n[ext]\n";
  if (authority) {
    return out +
           "basicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\n"
           "subjectKeyIdentifier = hash\n";
  }
  return out +
         "basicConstraints = critical,CA:FALSE\nkeyUsage = critical,digitalSignature\n"
         "extendedKeyUsage = serverAuth,clientAuth\n"
         "subjectAltName = DNS:" +
         name + ",DNS:localhost,IP:127.0.0.1\n";
}

}  // namespace

base::Result<Place> make_place(const std::string& folder, const std::string& source) {
  std::error_code failed;
  Place place;
  place.folder = fs::absolute(folder, failed).lexically_normal().string();
  while (place.folder.ends_with('/')) place.folder.pop_back();
  place.source = fs::absolute(source, failed).lexically_normal().string();
  if (fs::exists(place.folder, failed)) {
    if (!fs::exists(place.file(kMark), failed) && !fs::is_empty(place.folder, failed)) {
      return trouble("demo.folder", place.folder);
    }
    if (fs::exists(place.file(kMark), failed) && !lock(place.file(kMark))) {
      return trouble("demo.running", place.folder);
    }
    fs::remove_all(place.folder, failed);
  }
  for (const char* name :
       {"config/parties", "tls", "log", "run", "state", "wire/halton/drop", "wire/halton/answers",
        "wire/odsp/drop", "wire/odsp/answers", "wire/halton/records/action-plan",
        "wire/halton/records/benefit-decision", "wire/odsp/records/benefit-request",
        "wire/provider/records/outcome"}) {
    fs::create_directories(place.file(name), failed);
    if (failed) return trouble("demo.folder", place.file(name));
  }
  chmod(place.folder.c_str(), 0700);
  if (!lock(place.file(kMark))) return trouble("demo.folder", place.folder);
  place.socket = place.file("run/admin.sock");
  if (place.socket.size() > 100) {  // a Unix socket's name has 107 bytes at most
    place.socket = "/tmp/portage-demo-" + std::to_string(getpid()) + ".sock";
  }
  return place;
}

base::Result<std::map<std::string, std::string>> make_certificates(const Place& place) {
  const std::string log = place.log("openssl"), tls = place.file("tls/");
  std::map<std::string, std::string> digests;
  for (const std::string name : {"authority", "gateway", "manager", "intake"}) {
    const bool authority = name == "authority";
    if (!write(tls + name + ".cnf", request_config(name, authority))) {
      return trouble("demo.folder", tls + name + ".cnf");
    }
    std::vector<std::string> command{"openssl",
                                     "req",
                                     "-x509",
                                     "-newkey",
                                     "ec",
                                     "-pkeyopt",
                                     "ec_paramgen_curve:P-256",
                                     "-nodes",
                                     "-days",
                                     "7",
                                     "-config",
                                     tls + name + ".cnf",
                                     "-keyout",
                                     tls + name + ".key",
                                     "-out",
                                     tls + name + ".pem"};
    if (!authority) {
      command.insert(command.end(),
                     {"-CA", tls + "authority.pem", "-CAkey", tls + "authority.key"});
    }
    if (run(command, log) != 0) return trouble("demo.openssl", log);
    chmod((tls + name + ".key").c_str(), 0600);
    if (authority) continue;
    if (run({"openssl", "x509", "-in", tls + name + ".pem", "-outform", "DER", "-out",
             tls + name + ".der"},
            log) != 0) {
      return trouble("demo.openssl", log);
    }
    digests[name] = base::hex(security::sha256(slurp(tls + name + ".der")));
  }
  return digests;
}

base::Status write_config(const Place& place, const std::map<std::string, std::string>& values) {
  const std::string from = place.source + "/connectors/pretend/demo/";
  for (const std::string name : {"portage", "cmsm-halton", "eo-halton-01", "odsp-halton",
                                 "prov-intake", "ssm-halton", "ssm-peel"}) {
    std::string text = slurp(from + name + ".toml");
    for (const auto& [key, value] : values) {
      const std::string mark = "{{" + key + "}}";
      for (std::size_t at = text.find(mark); at != std::string::npos;
           at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
      }
    }
    const std::string to =
        place.file(name == "portage" ? "config/portage.toml" : "config/parties/" + name + ".toml");
    if (text.empty() || text.find("{{") != std::string::npos || !write(to, text)) {
      return trouble("demo.template", from + name + ".toml");
    }
  }
  return {};
}

std::uint16_t free_port(std::uint16_t wanted) {
  for (const std::uint16_t port : {wanted, std::uint16_t{0}}) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return 0;
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                       listen(fd, 1) == 0 &&
                       getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(fd);
    if (bound) return ntohs(address.sin_port);
  }
  return 0;
}

}  // namespace portage::demo
