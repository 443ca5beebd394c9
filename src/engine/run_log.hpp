// What a run put out: whole on disk, its end in memory.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "os/files.hpp"

namespace gate {

/// The log file of one run.
class RunLog {
public:
  static constexpr std::size_t k_file_limit = 64U << 20U; ///< then a note, and nothing more is written
  static constexpr std::size_t k_tail_lines = 40;
  static constexpr std::size_t k_line_limit =
      2048; ///< of a line in the tail; the rest is dropped, the file has it

  /// Empties the file or makes it (0600).
  static Result<RunLog> open(const std::filesystem::path& path, std::size_t file_limit = k_file_limit);

  /// Begins a part of the run, with a heading in the file. The tail is that of the last part.
  void heading(std::string_view what);
  void append(std::string_view bytes);
  /// Into the file only: what helps, but did not decide.
  void append_aside(std::string_view bytes);

  std::string tail() const;
  /// What the disk refused, if it did.
  const Result<void>& written() const { return m_written; }

private:
  RunLog(Fd file, std::filesystem::path path, std::size_t file_limit)
      : m_file(std::move(file)), m_path(std::move(path)), m_file_left(file_limit) {}
  void write(std::string_view bytes);

  Fd m_file;
  std::filesystem::path m_path;
  std::size_t m_file_left;
  bool m_line_is_open = false; ///< the file's last line has no end yet
  bool m_full = false;
  Result<void> m_written;
  std::deque<std::string> m_lines; ///< the last one is still growing
};

} // namespace gate
