#include "cli/run_display.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/duration.hpp"
#include "policy/utf8.hpp"
#include "report/clean.hpp"

namespace gate {

namespace {

using std::chrono::milliseconds;

constexpr auto k_redraw = milliseconds(200);
constexpr auto k_sign_of_life = std::chrono::seconds(30);
constexpr std::size_t k_longest_name = 40;
constexpr std::string_view k_gap = "  ";
// ECMA-48: EL and ED, from the cursor on. Lines are written over and then cut off, so that nothing flickers.
constexpr std::string_view k_erase_line_end = "\x1b[K";
constexpr std::string_view k_erase_below = "\x1b[J";

// No character takes more than two columns, and those that do are beyond ASCII. What takes less leaves room at the end.
std::size_t columns_at(std::string_view text, std::size_t& bytes) {
  bytes = std::max<std::size_t>(utf8_length(text), 1);
  return bytes == 1 ? 1 : 2;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    std::size_t bytes = 0;
    columns += columns_at(text, bytes);
    text.remove_prefix(bytes);
  }
  return columns;
}

std::string cut(std::string_view text, std::size_t most) {
  std::size_t columns = 0;
  std::size_t length = 0;
  while (length < text.size()) {
    std::size_t bytes = 0;
    columns += columns_at(text.substr(length), bytes);
    if (columns > most) {
      break;
    }
    length += bytes;
  }
  return std::string(text.substr(0, length));
}

std::string padded(const std::string& text, std::size_t columns) {
  const std::size_t own = columns_of(text);
  return text + std::string(columns > own ? columns - own : 0, ' ');
}

std::string time_of(const RunLine& run) {
  const std::string elapsed = format_duration(run.elapsed);
  if (!run.usual) {
    return elapsed;
  }
  return elapsed + (run.elapsed <= *run.usual ? " of about " : ", usually ") + format_duration(*run.usual);
}

std::string name_of(const RunLine& run) { return cut(run.name, k_longest_name); }

std::size_t columns_on(unsigned width) { return width > 1 ? width - 1 : 1; }

// As many as there is room for, which they use up.
void put_below(const std::vector<std::string>& details, unsigned width, std::size_t& room, std::vector<std::string>& lines) {
  const std::size_t shown = details.size() <= room ? details.size() : std::max<std::size_t>(room, 1) - 1;
  for (std::size_t i = 0; i < shown; ++i) {
    lines.push_back(cut(std::string(k_gap) + details[i], columns_on(width)));
  }
  room -= shown;
  if (room > 0 && shown < details.size()) {
    lines.push_back(cut(std::string(k_gap) + "and " + std::to_string(details.size() - shown) + " more", columns_on(width)));
    --room;
  }
}

} // namespace

std::string bytes_in_words(std::int64_t bytes) {
  constexpr std::array k_units{" B", " kB", " MB", " GB"};
  constexpr std::int64_t k_step = 1000;
  std::size_t unit = 0;
  std::int64_t tenths = std::max<std::int64_t>(bytes, 0);
  if (tenths < k_step) {
    return std::to_string(tenths) + k_units[unit];
  }
  for (++unit, tenths /= k_step / 10; tenths >= k_step * 10 && unit + 1 < k_units.size(); tenths /= k_step) {
    ++unit;
  }
  const bool is_small = tenths < 100;
  return std::to_string(tenths / 10) + (is_small ? "." + std::to_string(tenths % 10) : "") + k_units[unit];
}

std::vector<std::string> lines_of(const std::vector<RunLine>& runs, ScreenSize size) {
  const std::size_t most = size.height > 2 ? size.height - 1 : 1;
  const std::size_t shown = runs.size() <= most ? runs.size() : std::max<std::size_t>(most - 1, 1);
  std::size_t name_columns = 0;
  std::size_t time_columns = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    name_columns = std::max(name_columns, columns_of(name_of(runs[i])));
    time_columns = std::max(time_columns, columns_of(time_of(runs[i])));
  }
  const std::string left = runs.size() > shown ? "and " + std::to_string(runs.size() - shown) + " more" : "";
  const std::size_t taken = shown + (most > 1 && !left.empty() ? 1 : 0);
  std::size_t room = most > taken ? most - taken : 0;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < shown; ++i) {
    std::string line = "gate: " + padded(name_of(runs[i]), name_columns) + std::string(k_gap) + padded(time_of(runs[i]), time_columns) + std::string(k_gap);
    // Where there is room for one line only, it says both.
    line += (most == 1 && !left.empty() ? left + std::string(k_gap) : "") + runs[i].what;
    lines.push_back(cut(line, columns_on(size.width)));
    put_below(runs[i].below, size.width, room, lines);
  }
  if (most > 1 && !left.empty()) {
    lines.push_back(cut("gate: " + left, columns_on(size.width)));
  }
  return lines;
}

RunDisplay::Run& RunDisplay::run_named(std::string_view name, Clock::time_point now) {
  const std::string clean = clean_line(name);
  const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const Run& run) { return run.line.name == clean; });
  if (found != m_runs.end()) {
    return *found;
  }
  m_runs.push_back({{clean, "", {}, {}, {}}, now, now});
  return m_runs.back();
}

std::string RunDisplay::step(std::string_view name, std::string_view what, Clock::time_point now, ScreenSize size) {
  Run& run = run_named(name, now);
  run.line.what = clean_line(what);
  run.said = now;
  m_sender = run.line.name;
  m_layers.clear();
  return m_way == Way::plain ? "gate: " + run.line.name + ": " + run.line.what + "\n" : draw(now, size);
}

void RunDisplay::usual(std::string_view name, milliseconds duration, Clock::time_point now) { run_named(name, now).line.usual = duration; }

std::string RunDisplay::tick(Clock::time_point now, ScreenSize size) {
  if (m_way == Way::plain) {
    return still_alive(now);
  }
  return now - m_drawn >= k_redraw ? draw(now, size) : "";
}

std::string RunDisplay::still_alive(Clock::time_point now) {
  std::string text;
  for (auto& run : m_runs) {
    if (now - run.said >= k_sign_of_life && !run.line.what.empty()) {
      run.said = now;
      run.line.elapsed = std::chrono::duration_cast<milliseconds>(now - run.began);
      text += "gate: " + run.line.name + ": still " + run.line.what + ", " + format_duration(run.line.elapsed) + " so far" +
              (run.line.usual ? ", usually " + format_duration(*run.line.usual) : "") + "\n";
    }
  }
  return text;
}

std::string RunDisplay::ended(std::string_view name, std::string_view how, Clock::time_point now, ScreenSize size) {
  const Run run = run_named(name, now);
  m_runs.erase(std::remove_if(m_runs.begin(), m_runs.end(), [&](const Run& r) { return r.line.name == run.line.name; }), m_runs.end());
  const bool passed = how.rfind("passed", 0) == 0;
  const std::string said = clean_line(how) + (passed ? " in " : " after ") + format_duration(std::chrono::duration_cast<milliseconds>(now - run.began));
  if (m_way == Way::plain) {
    return "gate: " + run.line.name + ": " + said + "\n";
  }
  std::string text = to_begin(size.width);
  text += cut("gate: " + run.line.name + std::string(k_gap) + said, columns_on(size.width)) + std::string(m_way == Way::lines ? k_erase_line_end : "") + "\n";
  return text + (m_runs.empty() && m_way == Way::lines ? std::string(k_erase_below) : draw(now, size));
}

std::string RunDisplay::sent(std::string_view layer, std::int64_t bytes, std::int64_t total, Clock::time_point now, ScreenSize size) {
  if (m_way == Way::plain) {
    return "";
  }
  const std::string name = clean_line(layer);
  const auto known = std::find_if(m_layers.begin(), m_layers.end(), [&](const Layer& l) { return l.name == name; });
  const bool is_over = bytes >= total && (total > 0 || bytes == 0); // nothing of nothing: it was there
  if (known == m_layers.end()) {
    if (!is_over) {
      m_layers.push_back({name, bytes, total});
    }
  } else if (is_over) {
    m_layers.erase(known);
  } else {
    *known = {name, bytes, total};
  }
  return tick(now, size);
}

std::vector<std::string> RunDisplay::layer_lines() const {
  std::vector<std::string> lines;
  std::transform(m_layers.begin(), m_layers.end(), std::back_inserter(lines), [](const Layer& layer) {
    return layer.name + std::string(k_gap) + bytes_in_words(layer.bytes) + (layer.total > 0 ? " of " + bytes_in_words(layer.total) : "");
  });
  return lines;
}

std::string RunDisplay::say(std::string_view lines, Clock::time_point now, ScreenSize size) {
  if (m_way == Way::plain) {
    return std::string(lines);
  }
  const bool erases = m_way == Way::lines && !m_columns.empty();
  std::string text = to_begin(size.width);
  text += (erases ? std::string(k_erase_below) : "") + std::string(lines);
  return m_runs.empty() ? text : text + draw(now, size);
}

std::string RunDisplay::draw(Clock::time_point now, ScreenSize size) {
  std::vector<RunLine> runs;
  for (auto& run : m_runs) {
    run.line.elapsed = std::chrono::duration_cast<milliseconds>(now - run.began);
    runs.push_back(run.line);
    if (run.line.name == m_sender) {
      runs.back().below = layer_lines();
    }
  }
  m_drawn = now;
  if (m_way == Way::one_line) {
    size.height = 1;
  }
  std::string text = to_begin(size.width);
  for (const auto& line : lines_of(runs, size)) {
    text += (m_columns.empty() ? "\r" : std::string(k_erase_line_end) + "\n") + line;
    m_columns.push_back(columns_of(line));
  }
  m_width = size.width;
  return text + std::string(m_columns.empty() || m_way == Way::one_line ? "" : k_erase_below);
}

// To the first column of the first line that is drawn. What was wrapped since, because the screen has become narrower, takes more lines.
std::string RunDisplay::to_begin(unsigned width_now) {
  if (m_columns.empty()) {
    return "";
  }
  const std::size_t width = std::max(std::min(m_width, width_now), 1U);
  std::size_t above = 0;
  for (const auto columns : m_columns) {
    above += 1 + (columns == 0 ? 0 : (columns - 1) / width);
  }
  --above; // the cursor stands on the last one
  const std::size_t columns = m_columns.back();
  m_columns.clear();
  if (m_way == Way::one_line) {
    return "\r" + std::string(columns, ' ') + "\r";
  }
  return "\r" + (above > 0 ? "\x1b[" + std::to_string(above) + "A" : "");
}

std::string RunDisplay::clear() {
  m_runs.clear();
  m_layers.clear();
  const bool erases = m_way == Way::lines && !m_columns.empty();
  return to_begin(m_width) + std::string(erases ? k_erase_below : "");
}

} // namespace gate
