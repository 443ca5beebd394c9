// One entry of a service's volumes, in either spelling.
#pragma once

#include <optional>
#include <string>

#include "engine/json.hpp"

namespace gate {

struct Mount {
  enum class Kind { bind, volume, tmpfs };
  Kind kind = Kind::bind;
  std::string source; ///< a path or a volume's name; empty for an anonymous volume
  bool writable = true;
  std::string target = {};  ///< path in the container; empty for a short entry without one
  std::string options = {}; ///< of the short spelling, as they stand: "ro,z"
  bool is_long = false;     ///< spelled as a map
};

/// "SOURCE:TARGET:OPTIONS" or a map (compose-spec, "volumes"). Nothing for one with an option or a type that
/// a suite may not have, or that can't be read.
std::optional<Mount> parse_mount(const Json& entry);

} // namespace gate
