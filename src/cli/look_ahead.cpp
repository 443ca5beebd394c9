#include "cli/look_ahead.hpp"

#include <system_error>

namespace gate {

void LookAhead::begin() {
  if (m_entries.empty()) {
    return;
  }
  try {
    m_thread = std::thread([this] { look(); });
  } catch (const std::system_error&) {
    return;
  }
}

void LookAhead::end() {
  if (m_thread.joinable()) {
    m_thread.join();
  }
}

void LookAhead::look() {
  for (const auto& entry : m_entries) {
    const auto obstacle = look_ahead(entry, m_registries);
    if (!obstacle) {
      continue;
    }
    if (obstacle->kind == ErrorKind::interrupted) {
      return;
    }
    m_found.push_back(entry.id);
    m_say(entry, *obstacle);
  }
}

} // namespace gate
