#include "cli/terminal.hpp"


#include <sys/ioctl.h>
#include <unistd.h>

#include "base/duration.hpp"
#include "os/files.hpp"
#include "report/clean.hpp"

namespace gate {

namespace {
constexpr auto k_redraw = std::chrono::milliseconds(200);
constexpr auto k_sign_of_life = std::chrono::seconds(30);
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

unsigned Terminal::width() const {
  constexpr unsigned k_usual = 80;
  winsize size{};
  return ioctl(m_fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : k_usual;
}

TextStyle Terminal::style(std::string subject) const { return {m_colour, std::move(subject)}; }

void TerminalProgress::step(std::string_view suite, std::string_view what) {
  if (m_suite != suite) {
    m_suite = suite;
    m_suite_began = Clock::now();
  }
  m_what = clean_line(what);
  m_drawn = Clock::now();
  if (m_terminal.is_live()) {
    draw();
  } else {
    m_terminal.print("gate: " + m_suite + ": " + m_what + "\n");
  }
}

void TerminalProgress::tick() {
  const auto now = Clock::now();
  if (m_terminal.is_live() && now - m_drawn >= k_redraw) {
    m_drawn = now;
    draw();
  } else if (!m_terminal.is_live() && now - m_drawn >= k_sign_of_life) {
    m_drawn = now;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - m_suite_began);
    m_terminal.print("gate: " + m_suite + ": still " + m_what + ", " + format_duration(elapsed) + " so far\n");
  }
}

void TerminalProgress::draw() {
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - m_suite_began);
  std::string line = "gate: " + m_suite + "  " + format_duration(elapsed) + "  " + m_what;
  line = line.substr(0, m_terminal.width() - 1);
  const std::size_t width = line.size();
  line.append(m_drawn_width > width ? m_drawn_width - width : 0, ' ');
  m_drawn_width = width;
  m_terminal.print("\r" + line);
}

void TerminalProgress::clear() {
  if (m_drawn_width > 0) {
    m_terminal.print("\r" + std::string(m_drawn_width, ' ') + "\r");
    m_drawn_width = 0;
  }
}

} // namespace gate
