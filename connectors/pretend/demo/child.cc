#include "connectors/pretend/demo/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include "gateway/base/time.h"

namespace portage::demo {
namespace {

// In the child: only calls that are safe between fork and exec.
[[noreturn]] void become(char* const* arguments, int log, int out, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);  // Ctrl-C goes to the demonstration, which stops everybody in order
  dup2(out < 0 ? log : out, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(arguments[0], arguments);
  execvp(arguments[0], arguments);
  _exit(127);
}

}  // namespace

std::optional<Child> Child::start(const std::vector<std::string>& command, const std::string& log,
                                  bool listen) {
  const int to = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (to < 0) return std::nullopt;
  std::array<int, 2> pipe{-1, -1};
  if (listen && pipe2(pipe.data(), O_CLOEXEC) != 0) {
    close(to);
    return std::nullopt;
  }
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(arguments.data(), to, pipe[1], parent);
  close(to);
  if (pipe[1] >= 0) close(pipe[1]);
  if (pid < 0) {
    if (pipe[0] >= 0) close(pipe[0]);
    return std::nullopt;
  }
  Child out;
  out.pid_ = pid;
  out.out_ = pipe[0];
  return out;
}

Child::Child(Child&& other) noexcept { *this = std::move(other); }

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(out_, other.out_);
  std::swap(read_, other.read_);
  std::swap(code_, other.code_);
  return *this;
}

Child::~Child() {
  if (pid_ > 0 && !code_) {
    ask_to_stop();
    wait(2'000);
  }
  if (out_ >= 0) close(out_);
}

std::optional<std::string> Child::line(int ms) {
  const std::uint64_t until = base::steady_micros() + static_cast<std::uint64_t>(ms) * 1000;
  while (true) {
    const std::size_t end = read_.find('\n');
    if (end != std::string::npos) {
      std::string out = read_.substr(0, end);
      read_.erase(0, end + 1);
      return out;
    }
    const std::uint64_t now = base::steady_micros();
    if (out_ < 0 || now >= until) return std::nullopt;
    pollfd wait{out_, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>((until - now) / 1000) + 1) <= 0) continue;
    std::array<char, 4096> some;
    const ssize_t got = read(out_, some.data(), some.size());
    if (got <= 0) return std::nullopt;
    read_.append(some.data(), static_cast<std::size_t>(got));
  }
}

bool Child::running() {
  if (pid_ <= 0 || code_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

void Child::ask_to_stop() const {
  if (pid_ > 0 && !code_) kill(pid_, SIGTERM);
}

int Child::wait(int ms) {
  for (int waited = 0; running(); waited += 20) {
    if (waited >= ms) kill(pid_, SIGKILL);
    usleep(20'000);
  }
  return code_.value_or(-1);
}

int run(const std::vector<std::string>& command, const std::string& log) {
  auto child = Child::start(command, log, false);
  return child ? child->wait(60'000) : -1;
}

}  // namespace portage::demo
