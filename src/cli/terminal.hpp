// Everything that gate prints goes through here.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cli/invocation.hpp"
#include "ports.hpp"
#include "report/text.hpp"

namespace gate {

/// Writes to one of the standard streams. A stream that is gone is no error: the work goes on, and is cleaned up after.
class Terminal {
public:
  enum class Stream { out = 1, err = 2 };

  Terminal(Stream stream, const Environment& env);

  void print(std::string_view text) const;
  /// A live terminal: a running line can be drawn over.
  bool is_live() const { return m_live; }
  unsigned width() const;
  /// Colour on a terminal, unless NO_COLOR (https://no-color.org) or TERM=dumb says otherwise.
  TextStyle style(std::string subject) const;

private:
  int m_fd;
  bool m_live;
  bool m_colour;
};

/// Shows a run as it goes: on a live terminal one line that is drawn over, elsewhere a line for each step and one every
/// half minute.
class TerminalProgress final : public Progress {
public:
  explicit TerminalProgress(const Terminal& terminal) : m_terminal(terminal) {}
  ~TerminalProgress() override { clear(); }

  void step(std::string_view suite, std::string_view what) override;
  void tick() override;
  /// Takes the running line away.
  void clear();

private:
  using Clock = std::chrono::steady_clock;
  void draw();

  const Terminal& m_terminal;
  std::string m_suite;
  std::string m_what;
  Clock::time_point m_suite_began;
  Clock::time_point m_drawn;
  std::size_t m_drawn_width = 0;
};

} // namespace gate
