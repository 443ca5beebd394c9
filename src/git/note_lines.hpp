// The text of a note (git-notes(1)) that many write to: lines, each of which stands for itself. Internal to src/git.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gate {

inline constexpr std::size_t k_most_note_lines = 64;
inline constexpr std::size_t k_longest_note_line = 256U * 1024U; ///< bytes
/// Of a note. What is larger was never written by gate: `git notes append` puts a blank line between two.
inline constexpr std::size_t k_largest_note = k_most_note_lines * (k_longest_note_line + 2);

/// Whether it may stand in a note: not blank, not too long, and one line.
bool is_note_line(std::string_view line);

/// Adds the first lines of the note that are not there yet, up to 64 in all. Blank ones and those that are too long are left out.
void read_note_lines(std::string_view note, std::vector<std::string>& lines);

/// The last 64 lines of several notes, of which the last is the newest, each once, where it stands last; in their order.
std::vector<std::string> newest_note_lines(const std::vector<std::string_view>& notes);

} // namespace gate
