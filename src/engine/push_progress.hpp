// How far the layers of a push are, by what the Engine says of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/json.hpp"
#include "ports.hpp"

namespace gate {

/// For all attempts of one push. What it is told is foreign: only what can be a layer's short id and a count of bytes is passed on.
class SentLayers {
public:
  /// One line of the answer (https://docs.docker.com/reference/api/engine/, "Push an image"): its "id", "status" and "progressDetail".
  void hear(const std::string& layer, const std::string& status, const Json& detail);
  /// Passes on what is new since the last time; to be called some ten times a second, and at the end.
  void tell(Progress& progress);

private:
  struct Layer {
    std::int64_t bytes = 0;
    std::int64_t total = 0; ///< 0: not known
    bool is_done = false;
    bool is_new = false;
  };

  std::map<std::string, Layer> m_layers;
};

} // namespace gate
