// Reading a manifest (OCI image-spec manifest.md and image-index.md; docker's image manifest version 2,
// schema 2).
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "ports.hpp"

namespace gate::registry {

/// The Accept header: all that read_manifest knows.
std::string manifest_types();

/// `content_type` and `content_digest` are the headers Content-Type and Docker-Content-Digest. An error is a
/// clause that says what is wrong with it.
Result<Manifest> read_manifest(std::string bytes, const std::string& content_type,
                               const std::string& content_digest);

/// What a manifest names, "sha256:…" each: an image has blobs (its configuration and layers), an index has manifests.
struct ManifestParts {
  std::vector<std::string> blobs;
  std::vector<std::string> manifests;
};

/// An error for one that names more than any image has, or anything but sha256.
Result<ManifestParts> parts_of(const Manifest& manifest);

/// The tags on one page of tags/list.
Result<std::vector<std::string>> read_tags(const std::string& body);

} // namespace gate::registry
