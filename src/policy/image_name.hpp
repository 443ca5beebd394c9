// The name of an image in a registry.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gate {

/// A repository of a registry, without tag and digest (OCI distribution-spec, "Pulling manifests"; the short forms are
/// docker's: distribution/reference, normalize.go).
struct ImageName {
  std::string registry;   ///< host and, if given, port: "registry.example.com:5000"; Docker Hub is "docker.io"
  std::string repository; ///< "team/app"; on Docker Hub a name without a slash is "library/app"

  /// "host[:port]/path", or a Docker Hub name. A tag, a digest, a scheme, capitals or anything else that no registry admits
  /// gives nothing.
  static std::optional<ImageName> parse(std::string_view text);

  /// "registry/repository".
  std::string str() const { return registry + "/" + repository; }

  friend bool operator==(const ImageName&, const ImageName&) = default;
};

/// May this be a tag? At most 128 of letters, digits and "._-", not beginning with '.' or '-'.
bool is_tag(std::string_view text);

/// The text as a tag: what a tag can't hold becomes '-', and it ends at 128 characters. "feature/x" gives "feature-x".
std::string as_tag(std::string_view text);

} // namespace gate
