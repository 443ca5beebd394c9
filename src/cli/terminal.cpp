#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include "os/files.hpp"

namespace gate {

namespace {

RunDisplay::Way way_of(const Terminal& terminal) {
  if (!terminal.is_live()) {
    return RunDisplay::Way::plain;
  }
  return terminal.takes_escapes() ? RunDisplay::Way::lines : RunDisplay::Way::one_line;
}

} // namespace

Terminal::Terminal(Stream stream, const Environment& env) : m_fd(static_cast<int>(stream)) {
  const bool dumb = value_of(env, "TERM").value_or("dumb") == "dumb";
  m_live = isatty(m_fd) == 1 && !dumb;
  m_colour = m_live && value_of(env, "NO_COLOR").value_or("").empty();
}

void Terminal::print(std::string_view text) const {
  // Nobody is left to be told when this fails.
  static_cast<void>(write_all(m_fd, text));
}

ScreenSize Terminal::size() const {
  ScreenSize size;
  winsize told{};
  if (ioctl(m_fd, TIOCGWINSZ, &told) == 0) {
    size.width = told.ws_col > 0 ? told.ws_col : size.width;
    size.height = told.ws_row > 0 ? told.ws_row : size.height;
  }
  return size;
}

TextStyle Terminal::style(std::string subject) const { return {m_colour, std::move(subject)}; }

TerminalProgress::TerminalProgress(const Terminal& terminal) : m_terminal(terminal), m_display(way_of(terminal)) {}

void TerminalProgress::show(const std::string& text) const {
  if (!text.empty()) {
    m_terminal.print(text);
  }
}

void TerminalProgress::step(std::string_view suite, std::string_view what) {
  const std::lock_guard held(m_mutex);
  show(m_display.step(suite, what, RunDisplay::Clock::now(), m_terminal.size()));
}

void TerminalProgress::tick() {
  const std::lock_guard held(m_mutex);
  show(m_display.tick(RunDisplay::Clock::now(), m_terminal.size()));
}

void TerminalProgress::usual(std::string_view suite, std::chrono::milliseconds duration) {
  const std::lock_guard held(m_mutex);
  m_display.usual(suite, duration, RunDisplay::Clock::now());
}

void TerminalProgress::ended(std::string_view suite, std::string_view how) {
  const std::lock_guard held(m_mutex);
  show(m_display.ended(suite, how, RunDisplay::Clock::now(), m_terminal.size()));
}

void TerminalProgress::sent(std::string_view layer, std::int64_t bytes, std::int64_t total) {
  const std::lock_guard held(m_mutex);
  show(m_display.sent(layer, bytes, total, RunDisplay::Clock::now(), m_terminal.size()));
}

void TerminalProgress::say(std::string_view lines) {
  const std::lock_guard held(m_mutex);
  show(m_display.say(lines, RunDisplay::Clock::now(), m_terminal.size()));
}

void TerminalProgress::clear() {
  const std::lock_guard held(m_mutex);
  show(m_display.clear());
}

} // namespace gate
