#include "registry/challenge.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace gate::registry {

namespace {

/// Reads a header from the left.
class Reader {
public:
  explicit Reader(std::string_view text) : m_text(text) {}

  bool at_end() const { return m_text.empty(); }
  void skip(std::string_view characters) {
    m_text.remove_prefix(std::min(m_text.find_first_not_of(characters), m_text.size()));
  }
  bool take(char c) {
    if (m_text.empty() || m_text.front() != c) {
      return false;
    }
    m_text.remove_prefix(1);
    return true;
  }
  std::string until(std::string_view characters) {
    const std::size_t end = std::min(m_text.find_first_of(characters), m_text.size());
    std::string result(m_text.substr(0, end));
    m_text.remove_prefix(end);
    return result;
  }
  /// A token, or a string in quotes without them.
  std::string value() {
    if (!take('"')) {
      return until(" \t,;");
    }
    std::string result;
    while (!m_text.empty() && !take('"')) {
      if (m_text.front() == '\\' && m_text.size() > 1) {
        m_text.remove_prefix(1);
      }
      result += m_text.front();
      m_text.remove_prefix(1);
    }
    return result;
  }

private:
  std::string_view m_text;
};

} // namespace

std::string Challenge::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::vector<Challenge> challenges_in(std::string_view header) {
  std::vector<Challenge> challenges;
  Reader reader(header);
  while (true) {
    reader.skip(" \t,");
    if (reader.at_end()) {
      return challenges;
    }
    const std::string word = lower(reader.until(" \t,=\""));
    reader.skip(" \t");
    if (!reader.take('=')) { // a word alone is a scheme
      if (word.empty()) {
        return challenges;
      }
      challenges.push_back({word, {}});
      continue;
    }
    reader.skip(" \t");
    const std::string value = reader.value();
    if (!challenges.empty() && !word.empty()) {
      challenges.back().parameters.emplace(word, value);
    }
  }
}

std::optional<std::string> next_link(const std::vector<std::string>& link_headers) {
  for (const std::string& header : link_headers) {
    Reader reader(header);
    while (!reader.at_end()) {
      reader.until("<");
      reader.take('<');
      const std::string address = reader.until(">");
      reader.take('>');
      reader.skip(" \t");
      bool is_next = false;
      while (reader.take(';')) {
        reader.skip(" \t");
        const std::string name = lower(reader.until("=,;"));
        const std::string value = reader.take('=') ? lower(reader.value()) : std::string();
        is_next = is_next || (name == "rel" && value == "next");
        reader.skip(" \t");
      }
      if (is_next && !address.empty()) {
        return address;
      }
    }
  }
  return std::nullopt;
}

} // namespace gate::registry
