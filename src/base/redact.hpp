// What others say may quote what gate has shown them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace gate {

/// Takes secrets out of foreign words, in the spellings in which servers and proxies give them back: as they are,
/// percent-encoded, escaped as in JSON, and in base64 of both alphabets. The beginning of one that was cut off
/// goes, too, and whatever follows "Basic" or "Bearer" and can only be a login: the Engine has tokens that gate
/// never sees.
class Redactor {
public:
  /// An empty one is none.
  void add(std::string_view secret);
  /// The password, and both together as HTTP has them. `user` alone is no secret.
  void add_login(std::string_view user, std::string_view password);

  /// With "***" in the place of each. To be called before the text is cut.
  std::string redacted(std::string_view text) const;

private:
  void add_spelling(Secret spelling);

  std::vector<Secret> m_spellings;
};

} // namespace gate
