// What a terminal is sent while suites run: text for text, with no terminal and no clock of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// In columns and lines.
struct ScreenSize {
  unsigned width = 80;
  unsigned height = 24;
};

/// A run that is under way. Its texts are clean.
struct RunLine {
  std::string name;
  std::string what;
  std::chrono::milliseconds elapsed{0};
  std::optional<std::chrono::milliseconds> usual = {};
  std::vector<std::string> below = {}; ///< what it does in detail, a line each
};

/// "512 B", "4.2 MB", "60 MB": in thousands, never more than there are.
std::string bytes_in_words(std::int64_t bytes);

/// A line for each run, in columns: "gate: api 2/4  12 s of about 40 s  running pytest", and below it its details. None reaches the last
/// column. They are at most one less than the screen has (but one at least); where that is too few for all, runs come before details, and
/// the last one says how many more there are.
std::vector<std::string> lines_of(const std::vector<RunLine>& runs, ScreenSize size);

/// Shows runs as they go. Every call gives the text to print, often none.
class RunDisplay {
public:
  enum class Way {
    lines,    ///< a line for each run, drawn over by means of escape codes (ECMA-48)
    one_line, ///< one line that is drawn over by means of carriage returns only
    plain,    ///< nothing is drawn over: a line for each step, and one every half minute
  };
  using Clock = std::chrono::steady_clock;

  explicit RunDisplay(Way way) : m_way(way) {}

  std::string step(std::string_view name, std::string_view what, Clock::time_point now, ScreenSize size);
  std::string tick(Clock::time_point now, ScreenSize size);
  void usual(std::string_view name, std::chrono::milliseconds duration, Clock::time_point now);
  /// Leaves a line that stays: "gate: api  passed in 38 s".
  std::string ended(std::string_view name, std::string_view how, Clock::time_point now, ScreenSize size);
  /// How far a layer is on its way to the registry; `total` is 0 where it is not known. Layers under way stand below the run that came to
  /// a step last, until its next one.
  std::string sent(std::string_view layer, std::int64_t bytes, std::int64_t total, Clock::time_point now, ScreenSize size);
  /// Lines that stay, above what is drawn. They are clean, and end in a newline.
  std::string say(std::string_view lines, Clock::time_point now, ScreenSize size);
  /// Takes what is drawn away, and forgets all runs.
  std::string clear();

private:
  struct Run {
    RunLine line;
    Clock::time_point began;
    Clock::time_point said; ///< when a line of it was printed last
  };
  struct Layer {
    std::string name;
    std::int64_t bytes = 0;
    std::int64_t total = 0;
  };

  Run& run_named(std::string_view name, Clock::time_point now);
  std::string draw(Clock::time_point now, ScreenSize size);
  std::string to_begin(unsigned width_now);
  std::vector<std::string> layer_lines() const;
  std::string still_alive(Clock::time_point now);

  Way m_way;
  std::vector<Run> m_runs; ///< in the order in which they began
  std::vector<Layer> m_layers; ///< under way, in the order in which they began
  std::string m_sender;        ///< the run that came to a step last
  Clock::time_point m_drawn;
  std::vector<std::size_t> m_columns; ///< of the lines that are drawn
  unsigned m_width = 0;               ///< of the screen at that time
};

} // namespace gate
