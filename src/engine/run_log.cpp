#include "engine/run_log.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>

namespace gate {

Result<RunLog> RunLog::open(const std::filesystem::path& path, std::size_t file_limit) {
  Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) {
    return Failure(file_error("write", path, errno));
  }
  return RunLog(std::move(file), path, file_limit);
}

void RunLog::heading(std::string_view what) {
  m_lines.clear();
  append_aside("==> " + std::string(what) + "\n");
}

void RunLog::append_aside(std::string_view bytes) {
  if (m_line_is_open) {
    write("\n");
  }
  write(bytes);
}

void RunLog::append(std::string_view bytes) {
  write(bytes);
  while (!bytes.empty()) {
    if (m_lines.empty()) {
      m_lines.emplace_back();
    }
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    std::string& line = m_lines.back();
    line += part.substr(0, std::min(part.size(), k_line_limit - line.size()));
    if (end == std::string_view::npos) {
      return;
    }
    bytes.remove_prefix(end + 1);
    m_lines.emplace_back();
    if (m_lines.size() > k_tail_lines + 1) {
      m_lines.pop_front();
    }
  }
}

std::string RunLog::tail() const {
  std::string text;
  for (const std::string& line : m_lines) {
    text += line;
    text += '\n';
  }
  if (!m_lines.empty() && m_lines.back().empty()) {
    text.pop_back();
  }
  return text;
}

void RunLog::write(std::string_view bytes) {
  if (bytes.empty() || m_full || !m_written) {
    return;
  }
  const std::string_view part = bytes.substr(0, m_file_left);
  m_file_left -= part.size();
  m_line_is_open = bytes.back() != '\n';
  m_written = write_all(m_file.get(), part);
  if (m_written && part.size() < bytes.size()) {
    m_full = true;
    m_written = write_all(m_file.get(), "\n==> the log is full; what follows is not kept\n");
  }
  if (!m_written) {
    m_written = Failure(file_error("write", m_path, errno));
  }
}

} // namespace gate
