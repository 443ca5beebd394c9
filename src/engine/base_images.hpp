// What a Dockerfile is built from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// The images that a Dockerfile begins with or copies from, without its own stages; in order, each once
/// (docs.docker.com/reference/dockerfile: FROM, COPY --from). Variables stay as they are written.
std::vector<std::string> base_images(std::string_view dockerfile);

} // namespace gate
