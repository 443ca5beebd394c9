// Which adapters this program has. wiring_static.cpp and wiring_full.cpp are all that differs between gate and gate-full.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/surfaces.hpp"
#include "cli/invocation.hpp"
#include "os/interrupt.hpp"
#include "ports.hpp"

namespace gate {

/// Call it when containers are needed, before any output, child, lock or write. A program that has all adapters goes on;
/// the static gate becomes gate-full, which begins anew with the same argv and with `stdin_text` as its standard input,
/// and this returns only with an error.
Result<void> ensure_all_adapters(const Invocation& invocation, const std::optional<std::string>& stdin_text);

/// The adapters behind it; only after ensure_all_adapters.
Result<std::unique_ptr<SuiteRunner>> wire_suite_runner(const Invocation& invocation, const Interrupt& interrupt);
Result<std::vector<ComposeService>> wire_compose_outline(const std::filesystem::path& file);
std::unique_ptr<SuiteSurface> wire_suite_surface();

/// What publishing needs besides.
struct PublishAdapters {
  std::unique_ptr<ImageStore> images;
  std::unique_ptr<Registries> registries;
  std::unique_ptr<BuildTriggers> triggers;
};
Result<PublishAdapters> wire_publishing(const Invocation& invocation, const Interrupt& interrupt);
Result<std::unique_ptr<Outbox>> wire_outbox(const std::filesystem::path& file);

} // namespace gate
