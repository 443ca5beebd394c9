// Where something stands in a file, and what is wrong there.
#pragma once

#include <string>

namespace gate {

/// A place in a text: line and column count from 1; line 0 means the file as a whole.
struct Place {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;

  /// "gate.toml:3:7", or "gate.toml" for the file as a whole.
  std::string str() const;
};

/// One problem of a file. The hint (may be empty) says how to mend it.
struct Diagnostic {
  Place place;
  std::string message;
  std::string hint;
};

} // namespace gate
