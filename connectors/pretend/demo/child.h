// A child process of the demonstration: started, asked to stop, waited for. When the demonstration
// itself dies, the kernel tells its children to stop. One thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace portage::demo {

class Child {
 public:
  Child() = default;
  // Standard error goes to the file `log` (appended); standard output too, unless `listen`.
  static std::optional<Child> start(const std::vector<std::string>& command, const std::string& log,
                                    bool listen);
  ~Child();
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;

  // The next line of its standard output, without the newline; nothing after `ms` or at its end.
  std::optional<std::string> line(int ms);
  bool running();
  void ask_to_stop() const;
  // Waits; after `ms` it is killed. The exit code, or 128 + signal.
  int wait(int ms);

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string read_;
  std::optional<int> code_;
};

// Runs a command to its end; its output goes to `log`. The exit code.
int run(const std::vector<std::string>& command, const std::string& log);

}  // namespace portage::demo
