// What a Dockerfile is built from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// The images that a Dockerfile begins with or copies from, without its own stages; in order, each once
/// (docs.docker.com/reference/dockerfile: FROM, COPY --from). Variables stay as they are written.
std::vector<std::string> base_images(std::string_view dockerfile);

/// The same, with the variables of FROM put in, as docker does it: from `arguments` ("NAME=value"), else from ARG's default. Without
/// "scratch", which is none. Nothing when the Dockerfile draws in something else than its context and these images (ADD of a URL, a
/// foreign syntax), or when it can't be told for sure: FROM --platform, heredocs, an unset variable.
std::optional<std::vector<std::string>> resolved_base_images(std::string_view dockerfile, const std::vector<std::string>& arguments);

} // namespace gate
