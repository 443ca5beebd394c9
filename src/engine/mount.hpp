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
};

/// "SOURCE:TARGET:OPTIONS" or a map (compose-spec, "volumes"). Nothing for one with an option or a type that
/// a suite may not have, or that can't be read.
std::optional<Mount> parse_mount(const Json& entry);

} // namespace gate
