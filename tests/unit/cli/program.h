// What the tests of verbs share: a run of the whole program in this process, a folder of its own,
// and a small gateway that answers from a table.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

#include "gateway/cli/tree.h"
#include "gateway/cli/verbs.h"
#include "gateway/format/format.h"
#include "gateway/http/http.h"

namespace portage::cli {
inline const std::string kRoot = PORTAGE_SOURCE_DIR;

struct Ran {
  int exit;
  std::string out, err;
};

inline Ran portage(std::vector<std::string> arguments, const std::string& socket = "") {
  Surroundings around;
  around.locale = "C.UTF-8";
  around.config = kRoot + "/config/portage.toml";
  around.socket = socket;
  std::ostringstream out, err;
  const int exit = run(arguments, around, out, err);
  return {exit, out.str(), err.str()};
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "portage-cli-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// A gateway that answers from a table and remembers what it was asked.
class FakeGateway {
 public:
  explicit FakeGateway(std::vector<std::pair<std::string, http::Response>> answers)
      : answers_(std::move(answers)), loops_(http::make_loops(1)) {
    http::ServerOptions options;
    options.unix_path = folder_.path("s.sock");
    auto server = http::listen(*loops_, options, [this](std::shared_ptr<http::Exchange> exchange) {
      const http::Request& request = exchange->request();
      {
        std::lock_guard hold(lock_);
        asked_ += request.method + " " + request.target + " " +
                  std::string(http::header(request.headers, "content-type")) + "\n" + request.body;
      }
      for (const auto& [path, answer] : answers_) {
        if (request.path == path) return exchange->respond(answer);
      }
      exchange->respond({404,
                         {{"content-type", "application/problem+json"}},
                         R"({"status":404,"code":"api.not_found","detail":"There is none."})"});
    });
    EXPECT_TRUE(server.ok());
    if (server.ok()) server_ = std::move(server).value();
  }
  ~FakeGateway() {
    server_.reset();
    loops_->stop(100);
  }
  std::string socket() const { return folder_.path("s.sock"); }
  std::string asked() const {
    std::lock_guard hold(lock_);
    return asked_;
  }

 private:
  Folder folder_;
  mutable std::mutex lock_;
  std::string asked_;
  std::vector<std::pair<std::string, http::Response>> answers_;
  std::unique_ptr<http::Loops> loops_;
  std::unique_ptr<http::Server> server_;
};

inline http::Response json(std::string body, int status = 200) {
  return {status, {{"content-type", "application/json"}}, std::move(body)};
}

}  // namespace portage::cli
