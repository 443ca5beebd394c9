// gate verify IMAGE
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/invocation.hpp"
#include "cli/session.hpp"
#include "cli/terminal.hpp"

namespace gate {

struct ImageQuestion {
  std::string image;
  std::optional<std::string> branch; ///< whose image it is to be; nothing: that of any protected branch
  std::optional<std::string> remote; ///< whose policy counts; nothing: the upstream's, or origin
  bool as_json = false;
};

/// Does a word name an image, and nothing that could be a mistyped revision? So it does with a registry's host in front, or with "@sha256:".
bool is_name_of_image(std::string_view word);

/// Who vouches for an image of a registry: "NAME", "NAME:TAG" or "NAME@sha256:…"; without either the tag latest, as docker has it. `allowed` when one of those that a
/// server would ask holds, else `refused`. Only after ensure_all_adapters.
Result<ExitCode> verify_image(const ImageQuestion& question, Session& session, const Invocation& invocation, const Terminal& out, const Terminal& err);

} // namespace gate
