// A full ref name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gate {

/// A ref by its full name ("refs/heads/staging"), never a short one: a tag called staging is not the branch.
class RefName {
public:
  /// Takes a name that begins with "refs/" and that git-check-ref-format(1) admits; anything else gives nothing.
  static std::optional<RefName> parse(std::string_view text);
  /// "staging" gives refs/heads/staging; a name that begins with "refs/" is taken as it is.
  static std::optional<RefName> branch(std::string_view short_or_full);

  const std::string& full() const { return m_name; }
  bool is_branch() const { return m_name.rfind("refs/heads/", 0) == 0; }
  bool is_tag() const { return m_name.rfind("refs/tags/", 0) == 0; }
  /// What git or gate itself keeps there: no code that anybody runs.
  bool is_note() const { return m_name.rfind("refs/notes/", 0) == 0 || m_name.rfind("refs/gate/published/", 0) == 0; }
  /// Without refs/heads/ or refs/tags/; any other ref keeps its full name.
  std::string brief() const;

  friend bool operator==(const RefName& a, const RefName& b) { return a.m_name == b.m_name; }
  friend bool operator<(const RefName& a, const RefName& b) { return a.m_name < b.m_name; }

private:
  explicit RefName(std::string_view name) : m_name(name) {}
  std::string m_name;
};

} // namespace gate
