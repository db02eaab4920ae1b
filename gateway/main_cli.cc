#include <csignal>
#include <iostream>

#include "gateway/cli/verbs.h"

int main(int argc, char** argv) {
  // `portage … | head` closes the pipe: the write fails and the verb ends.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return portage::cli::run(arguments, portage::cli::surroundings(), std::cout, std::cerr);
}
