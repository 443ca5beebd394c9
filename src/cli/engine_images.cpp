#include "cli/engine_images.hpp"

#include "cli/wiring.hpp"

namespace gate {

Result<std::optional<std::string>> EngineImages::id_of(const std::string& reference) {
  return m_interrupt != nullptr ? ask(reference, *m_interrupt) : ask(reference, Interrupt());
}

Result<std::optional<std::string>> EngineImages::ask(const std::string& reference, const Interrupt& interrupt) const {
  const auto images = wire_named_images(m_invocation, interrupt);
  auto id = images != nullptr ? images->id_of(reference) : Result<std::optional<std::string>>(std::nullopt);
  return interrupt.raised() ? interrupted() : std::move(id);
}

} // namespace gate
