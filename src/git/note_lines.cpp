#include "git/note_lines.hpp"

#include <algorithm>

namespace gate {

namespace {

bool has_line(const std::vector<std::string>& lines, std::string_view line) { return std::find(lines.begin(), lines.end(), line) != lines.end(); }

std::string_view take_first_line(std::string_view& note) {
  const auto line = note.substr(0, note.find('\n'));
  note.remove_prefix(std::min(line.size() + 1, note.size()));
  return line;
}

// What follows the last line feed is a line, too, and may be empty.
std::string_view take_last_line(std::string_view& note) {
  const auto feed = note.rfind('\n');
  const auto line = feed == std::string_view::npos ? note : note.substr(feed + 1);
  note.remove_suffix(feed == std::string_view::npos ? note.size() : line.size() + 1);
  return line;
}

} // namespace

bool is_note_line(std::string_view line) {
  return line.size() <= k_longest_note_line && line.find_first_not_of(" \t\r") != std::string_view::npos && line.find('\n') == std::string_view::npos;
}

void read_note_lines(std::string_view note, std::vector<std::string>& lines) {
  while (!note.empty() && lines.size() < k_most_note_lines) {
    const auto line = take_first_line(note);
    if (is_note_line(line) && !has_line(lines, line)) {
      lines.emplace_back(line);
    }
  }
}

std::vector<std::string> newest_note_lines(const std::vector<std::string_view>& notes) {
  std::vector<std::string> lines;
  for (auto note = notes.rbegin(); note != notes.rend(); ++note) {
    std::string_view rest = *note;
    while (!rest.empty() && lines.size() < k_most_note_lines) {
      const auto line = take_last_line(rest);
      if (is_note_line(line) && !has_line(lines, line)) {
        lines.emplace_back(line);
      }
    }
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

} // namespace gate
