// Images for several platforms by `docker buildx`: the adapter behind PlatformBuilds (ports.hpp).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

class Interrupt;

/// What is built: a private checkout of the commit, and the suite's own `build`.
struct PlatformSource {
  std::shared_ptr<const void> folder; ///< keeps the checkout
  std::filesystem::path tree;
  BuildSource build;
};

/// `source_of` gives the checkout of an entry's commit and its suite's definition. The login reaches buildx by a private
/// configuration folder that holds no file with it (a memory file of this process), never by argv or a file on disk.
std::unique_ptr<PlatformBuilds> make_platform_builds(Environment env, const Interrupt& interrupt,
                                                     std::function<Result<PlatformSource>(const OutboxEntry& entry)> source_of);

/// The command, for these arguments: docker buildx build --platform … --push --provenance=false --sbom=false --metadata-file … .
std::vector<std::string> buildx_argv(const PlatformSource& source, const OutboxEntry& entry, const std::filesystem::path& metadata);

} // namespace gate
