// What the Engine knows of images that policies name by a tag.
#pragma once

#include <optional>
#include <string>

#include "cli/invocation.hpp"
#include "os/interrupt.hpp"
#include "ports.hpp"

namespace gate {

/// Asks only when there is something to ask, and is deaf to Ctrl-C for no longer than that takes. Where this program can't ask an Engine, no image
/// is known.
class EngineImages final : public NamedImages {
public:
  /// `interrupt` is the one that there is already, or null. Both must outlive it.
  EngineImages(const Invocation& invocation, const Interrupt* interrupt) : m_invocation(invocation), m_interrupt(interrupt) {}

  Result<std::optional<std::string>> id_of(const std::string& reference) override;

private:
  Result<std::optional<std::string>> ask(const std::string& reference, const Interrupt& interrupt) const;

  const Invocation& m_invocation;
  const Interrupt* m_interrupt;
};

} // namespace gate
