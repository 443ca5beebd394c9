// Which refs a block of the policy speaks of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ref_name.hpp"

namespace gate {

/// A glob over full ref names: `*` and `?` stop at a slash, `**` does not. Matching takes time in the product of
/// the two lengths at most, whatever the pattern.
class RefPattern {
public:
  enum class Kind { branch, tag };

  /// A short pattern is put under refs/heads/ or refs/tags/; one that begins with "refs/" is taken as it is.
  /// Nothing for an empty pattern and for characters that no ref name can have.
  static std::optional<RefPattern> parse(std::string_view text, Kind kind);

  bool matches(const RefName& ref) const;
  const std::string& full() const { return m_glob; }

private:
  std::string m_glob;
};

} // namespace gate
