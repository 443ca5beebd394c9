#include "cli/trust_prompt.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::size_t k_longest_answer = 64;

// One line, as the terminal hands it over; nothing at the end of the input.
Result<std::string> read_line(int terminal, const Interrupt& interrupt) {
  std::string line;
  while (line.find('\n') == std::string::npos && line.size() < k_longest_answer) {
    std::array<pollfd, 2> waiting{{{terminal, POLLIN, 0}, {interrupt.fd(), POLLIN, 0}}};
    if (poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) {
        continue;
      }
      return std::string();
    }
    if (interrupt.raised()) {
      return interrupted();
    }
    std::array<char, k_longest_answer> bytes{};
    const ssize_t got = read(terminal, bytes.data(), bytes.size());
    if (got <= 0) {
      return std::string();
    }
    line.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return line;
}

} // namespace

Result<Answer> ask(const std::string& text, const std::string& question, const Terminal& err, const Interrupt& interrupt) {
  if (isatty(STDERR_FILENO) != 1) {
    return Answer::nobody;
  }
  const Fd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  // A process in the background that reads would be stopped for good.
  if (!terminal || tcgetpgrp(terminal.get()) != getpgrp()) {
    return Answer::nobody;
  }
  err.print(text);
  static_cast<void>(write_all(terminal.get(), question + " [y/N] "));
  const auto line = read_line(terminal.get(), interrupt);
  if (!line) {
    return tl::unexpected(line.error());
  }
  const std::string word = line->substr(0, line->find_first_of("\r\n"));
  if (line->empty()) {
    err.print("\n");
  }
  return word == "y" || word == "Y" || word == "yes" ? Answer::yes : Answer::no;
}

} // namespace gate
