// Which adapters this program has. wiring_static.cpp and wiring_full.cpp are all that differs between gate and gate-full.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/surfaces.hpp"
#include "cli/invocation.hpp"
#include "engine/platform_builds.hpp"
#include "os/interrupt.hpp"
#include "ports.hpp"

namespace gate {

/// Call it when containers are needed, before any output, child, lock or write. A program that has all adapters goes on;
/// the static gate becomes gate-full, which begins anew with the same argv and with `stdin_text` as its standard input,
/// and this returns only with an error.
Result<void> ensure_all_adapters(const Invocation& invocation, const std::optional<std::string>& stdin_text);

/// The images that policies name. Null where this program can't ask an Engine; may be called at any time.
std::unique_ptr<NamedImages> wire_named_images(const Invocation& invocation, const Interrupt& interrupt);

/// The adapters behind it; only after ensure_all_adapters. `cache` is a folder for what runs leave for each other; it need not exist.
Result<std::unique_ptr<SuiteRunner>> wire_suite_runner(const Invocation& invocation, const std::filesystem::path& cache, const Interrupt& interrupt);
Result<std::vector<ComposeService>> wire_compose_outline(const std::filesystem::path& file);
std::unique_ptr<SuiteSurface> wire_suite_surface();
/// Checking what others have signed, and no key: it starts no program. Null where this program can't.
std::unique_ptr<Envelopes> wire_envelope_checks(const Interrupt& interrupt);
/// Signing, and checking what others have signed, with this machine's key; `folder` is private. Only after ensure_all_adapters.
Result<std::unique_ptr<Envelopes>> wire_envelopes(const Invocation& invocation, const Environment& environment, const std::filesystem::path& folder,
                                                  const Interrupt& interrupt);

/// What publishing needs besides.
struct PublishAdapters {
  std::unique_ptr<ImageStore> images;
  std::unique_ptr<Registries> registries;
  std::unique_ptr<BuildTriggers> triggers;
  std::unique_ptr<Webhooks> webhooks;
  std::unique_ptr<PlatformBuilds> platforms;
};
/// `source_of` gives what an image for several platforms is built from.
Result<PublishAdapters> wire_publishing(const Invocation& invocation, const Interrupt& interrupt,
                                        std::function<Result<PlatformSource>(const OutboxEntry& entry)> source_of);
Result<std::unique_ptr<Outbox>> wire_outbox(const std::filesystem::path& file);
Result<std::unique_ptr<RunHistory>> wire_run_history(const std::filesystem::path& file);

/// Removes the caches that this repository's suites keep in the Engine, but for those in use. Gives how many. Only after
/// ensure_all_adapters.
Result<std::size_t> wire_cache_removal(const Invocation& invocation, const std::string& repository_id, const Interrupt& interrupt);

} // namespace gate
