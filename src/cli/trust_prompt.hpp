// A question to the person at the terminal.
#pragma once

#include <string>

#include "base/error.hpp"
#include "cli/terminal.hpp"
#include "os/interrupt.hpp"

namespace gate {

enum class Answer {
  yes,
  no,     ///< anything but "y" or "yes", and the end of the input
  nobody, ///< there is no terminal to ask at: nothing was printed
};

/// Asks at /dev/tty, whatever standard input is (in a hook it is git's), if `err` is a terminal and this process is in its foreground.
/// `text` is printed before the question. An error only when interrupted.
Result<Answer> ask(const std::string& text, const std::string& question, const Terminal& err, const Interrupt& interrupt);

} // namespace gate
