// Everything that gate prints goes through here.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "cli/invocation.hpp"
#include "cli/run_display.hpp"
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
  /// May be given escape codes; false where NO_COLOR or TERM=dumb says otherwise.
  bool takes_escapes() const { return m_colour; }
  ScreenSize size() const;
  /// Colour on a terminal, unless NO_COLOR (https://no-color.org) or TERM=dumb says otherwise.
  TextStyle style(std::string subject) const;

private:
  int m_fd;
  bool m_live;
  bool m_colour;
};

/// Shows runs as they go: on a live terminal a line for each that is drawn over, elsewhere a line for each step and one every half
/// minute. Where no escape codes are wanted, the live line is one. Any thread may call it.
class TerminalProgress final : public Progress {
public:
  explicit TerminalProgress(const Terminal& terminal);
  ~TerminalProgress() override { clear(); }

  void step(std::string_view suite, std::string_view what) override;
  void tick() override;
  void usual(std::string_view suite, std::chrono::milliseconds duration) override;
  void ended(std::string_view suite, std::string_view how) override;
  void sent(std::string_view layer, std::int64_t bytes, std::int64_t total) override;
  /// Lines that stay, while the runs go on. They are clean, and end in a newline.
  void say(std::string_view lines);
  /// Takes the running lines away; what runs on is shown from its next step.
  void clear();

private:
  void show(const std::string& text) const;

  const Terminal& m_terminal;
  std::mutex m_mutex;
  RunDisplay m_display;
};

} // namespace gate
